{# What a disputed service is: of the aliases found in a text, which names it, and what else the text says of it.

   Common table expressions up to `classified`, one row a text. `texts` names a relation with text_id, service_text, words,
   has_slash: see `service_texts`. #}
{% macro service_classes(texts) -%}
{{ service_text_matches(texts) }},

regions as (
    select
        text_id,
        any_value(name) as body_region
    from matches
    where kind = 'region'
    group by text_id
    having count(distinct name) = 1
),

laterality as (
    select
        text_id,
        any_value(name) as laterality
    from matches
    where kind = 'side'
    group by text_id
    having count(distinct name) = 1
),

-- what the text says as a whole, whichever service wins
signs as (
    select
        text_id,
        bool_or(not is_drug and category = 'Injections' and method = 'vocabulary') as names_injection,
        bool_or(name = 'Infusion' or (category = 'Injections' and method = 'keyword')) as says_injected,
        bool_or(name in ('Topical medication', 'Compounded topical')) as says_topical,
        bool_or(name = 'Medicated patch') as says_patch,
        bool_or(name = 'Compounded topical') as says_compound,
        bool_or(name = 'Oral medication') as says_oral,
        bool_or(is_opioid) as names_opioid,
        arg_min(subcategory, starts_at) filter (where is_drug) as first_drug_class,
        -- only generics are compounded: 'Norco 10/325mg #60 and Lidoderm patches' is no compound
        count(distinct ingredient) filter (where is_drug and is_generic) as generic_count,
        array_to_string(
            list_sort(list_distinct(flatten(
                list(string_split(ingredient, '/')) filter (where ingredient is not null)
            ))),
            '/'
        ) as ingredients
    from matches
    where kind = 'service'
    group by text_id
),

-- 'status post', 'post-op', 'after': what was operated before names no service of this item
histories as (
    select
        text_id,
        list_position(
            [word in ('post', 'postop', 'postoperative', 'after', 'following') for word in words], true
        ) as history_starts_at
    from word_lists
),

winners as (
    select
        matches.*,
        signs.* exclude (text_id)
    from matches
    inner join signs on matches.text_id = signs.text_id
    inner join histories on matches.text_id = histories.text_id
    where matches.kind = 'service'
    qualify row_number() over (
        partition by matches.text_id
        order by
            matches.precedence
            - if(matches.category = 'Surgery' and matches.starts_at > histories.history_starts_at, 40, 0)
            -- 'Lidocaine trigger point injection': the drug only says what is injected
            - if(matches.is_drug and matches.injection_name is not null and signs.names_injection, 30, 0) desc,
            matches.starts_at
    ) = 1
),

-- two ingredients of which the vocabulary knows a product: 'Hydrocodone 10mg / Acetaminophen 325mg' is one drug
combinations as (
    select
        drug_ingredient,
        arg_min(drug_name, if(contains(drug_name, '/'), 0, 1)) as drug_name,
        min(drug_class) as drug_class
    from {{ ref('drugs') }}
    where contains(drug_ingredient, '/') and drug_class <> 'Compounded topicals'
    group by drug_ingredient
),

judged as (
    select
        winners.*,
        combinations.drug_name as combination_name,
        combinations.drug_class as combination_class,
        case
            when winners.category = 'Injections' then 'injection'
            when not winners.is_drug then 'service'
            when
                winners.says_compound
                or (
                    winners.says_topical and winners.generic_count > 1 and combinations.drug_name is null
                    and not winners.says_oral and not winners.says_injected
                ) then 'compound'
            when
                winners.usual_route = 'injected'
                or (winners.usual_route = 'systemic' and winners.says_injected) then 'injected drug'
            when winners.ingredient <> winners.ingredients and combinations.drug_name is not null then 'combination'
            -- capsules made up by a pharmacy: 'Gabapentin/Pyridoxine 250mg/10mg'
            when winners.generic_count > 1 and texts.has_slash then 'mixture'
            when
                winners.subcategory = 'Local anesthetics'
                or (
                    (winners.says_topical or winners.says_patch) and not winners.says_oral
                    and winners.subcategory in (
                        'NSAIDs', 'Analgesics', 'Antiepileptics', 'Antidepressants', 'Muscle relaxants'
                    )
                ) then 'topical drug'
            else 'drug'
        end as kind_of_item
    from winners
    inner join {{ texts }} as texts on winners.text_id = texts.text_id
    left join combinations on winners.ingredients = combinations.drug_ingredient
),

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
