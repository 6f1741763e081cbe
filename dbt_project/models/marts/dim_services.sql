-- grain: one kind of service, as classified
-- Items of one kind may have come there in two ways, by a term and by a general word: the surer way is shown.
with asked_for as (
    select
        service_key,
        case when bool_or(mapping_method = 'vocabulary') then 'vocabulary' else min(mapping_method) end
            as mapping_method
    from {{ ref('int_items') }}
    where service_key is not null and letter_id not in {{ superseded_letters() }}
    group by service_key
)

select
    asked_for.service_key,
    any_value(texts.service_name) as service_name,
    any_value(texts.service_category) as service_category,
    any_value(texts.service_subcategory) as service_subcategory,
    any_value(texts.body_region) as body_region,
    any_value(texts.drug_ingredient) as drug_ingredient,
    any_value(texts.drug_class) as drug_class,
    bool_or(texts.is_opioid) as is_opioid,
    any_value(asked_for.mapping_method) as mapping_method
from {{ ref('int_service_texts') }} as texts
inner join asked_for on texts.service_key = asked_for.service_key
group by asked_for.service_key

union all by name

select
    'unknown' as service_key,
    'Unknown' as service_name,
    'Unclassified' as service_category,
    false as is_opioid,
    'unmapped' as mapping_method
