-- grain: one kind of service, as classified
select distinct
    texts.service_key,
    texts.service_name,
    texts.service_category,
    texts.service_subcategory,
    texts.body_region,
    texts.drug_ingredient,
    texts.drug_class,
    texts.is_opioid,
    texts.mapping_method
from {{ ref('int_service_texts') }} as texts
inner join {{ ref('int_items') }} as items on texts.service_text = items.service_text
inner join {{ ref('int_letter_versions') }} as letters on items.letter_id = letters.letter_id
where letters.is_current

union all by name

select
    'unknown' as service_key,
    'Unknown' as service_name,
    'Unclassified' as service_category,
    false as is_opioid,
    'unmapped' as mapping_method
