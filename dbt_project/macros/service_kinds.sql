{# What is done with the drug that names a disputed item: injected, rubbed in, compounded or swallowed.

   Common table expressions up to `judged`: the rows of `winners` with their kind_of_item ('service', 'injection', 'injected
   drug', 'compound', 'combination', 'mixture', 'topical drug', 'drug') and, of a combination, the product that holds its
   ingredients. `texts` as for `service_classes`; `winners` must stand before: see `service_precedence`. #}
{% macro service_kinds(texts) -%}
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
)
{%- endmacro %}
