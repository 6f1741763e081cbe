{# The seeds of `seeds/services` as one list of aliases, cut into words as texts are: kind ('service', 'region',
   'side'), alias, words, first_word, word_count, and what the seed says of the alias. #}
{% macro service_vocabulary() -%}
    select
        *,
        array_to_string(words, ' ') as alias,
        words[1] as first_word,
        len(words) as word_count
    from (
        select
            'service' as kind,
            {{ service_words('alias') }} as words,
            drug_name as name,
            'Pharmaceuticals' as category,
            drug_class as subcategory,
            50 as precedence,
            'vocabulary' as method,
            true as is_drug,
            drug_ingredient as ingredient,
            -- 'Topical lidocaine', 'Lidocaine'; not 'Lidoderm'
            contains(lower(drug_name), drug_ingredient) or contains(drug_name, '/') as is_generic,
            is_opioid,
            usual_route,
            injection_name
        from {{ ref('drugs') }}
        union all
        select
            'service', {{ service_words('alias') }}, service_name, service_category, service_subcategory,
            precedence, mapping_method, false, null, false, false, null, null
        from {{ ref('service_terms') }}
        union all
        select
            'region', {{ service_words('alias') }}, body_region, null, null, 0, null, false, null, false, false, null, null
        from {{ ref('body_regions') }}
        union all
        select
            'side', {{ service_words('alias') }}, laterality, null, null, 0, null, false, null, false, false, null, null
        from {{ ref('sides') }}
    )
    -- 'patch' and 'patches' are one alias once folded
    qualify row_number() over (partition by kind, array_to_string(words, ' ') order by precedence desc, name) = 1
{%- endmacro %}
