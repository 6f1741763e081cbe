{# What a disputed service is: of the aliases found in a text, which names it, and what else the text says of it.

   Common table expressions up to `classified`, one row a text. `texts` names a relation with text_id, service_text, words,
   has_slash: see `service_texts`. #}
{% macro service_classes(texts) -%}
{{ service_matches(texts) }},

regions as (
    {{ only_match('region', 'body_region') }}
),

laterality as (
    {{ only_match('side', 'laterality') }}
),

{{ service_precedence() }},

{{ service_kinds(texts) }},

classified as (
    select
        texts.service_text,
        case judged.kind_of_item
            when 'compound' then 'Compounded topical'
            when 'injected drug' then coalesce(judged.injection_name, 'Drug injection')
            when 'combination' then judged.combination_name
            when 'mixture' then upper(left(judged.ingredients, 1)) || substr(judged.ingredients, 2)
            else coalesce(judged.name, 'Unclassified')
        end as service_name,
        case
            when judged.kind_of_item = 'injected drug' then 'Injections'
            else coalesce(judged.category, 'Unclassified')
        end as service_category,
        case judged.kind_of_item
            when 'compound' then 'Compounded topicals'
            when 'injected drug' then coalesce(judged.injection_name, 'Drug injection')
            when 'combination' then judged.combination_class
            when 'topical drug' then 'Topical analgesics'
            when 'service' then {{ surgery_by_region('judged.category', 'judged.subcategory', 'regions.body_region') }}
            else judged.subcategory
        end as service_subcategory,
        if(judged.text_id is null, null, regions.body_region) as body_region,
        case
            when judged.kind_of_item = 'service' then null
            when judged.kind_of_item in ('drug', 'topical drug') then judged.ingredient
            else nullif(judged.ingredients, '')
        end as drug_ingredient,
        case
            when judged.kind_of_item in ('injection', 'injected drug') then judged.first_drug_class
            when judged.category = 'Pharmaceuticals' then service_subcategory
        end as drug_class,
        case
            when judged.kind_of_item in ('injection', 'injected drug', 'compound') then judged.names_opioid
            else coalesce(drug_class = 'Opioids', false)
        end as is_opioid,
        laterality.laterality,
        coalesce(judged.method, 'unmapped') as mapping_method
    from {{ texts }} as texts
    left join judged on texts.text_id = judged.text_id
    left join regions on texts.text_id = regions.text_id
    left join laterality on texts.text_id = laterality.text_id
)
{%- endmacro %}

{# Texts as `service_classes` takes them. `relation` holds distinct service_text. #}
{% macro service_texts(relation) -%}
    select
        row_number() over () as text_id,
        service_text,
        {{ service_words('service_text') }} as words,
        regexp_matches(service_text, '(?i)([a-z]{4}|mg) ?/ ?[a-z]{4}') as has_slash
    from {{ relation }}
{%- endmacro %}
