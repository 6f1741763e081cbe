-- grain: one distinct service text, with what the vocabulary makes of it
{{ config(materialized='incremental', incremental_strategy='append') }}

with printed_texts as (
    select service_text
    from {{ ref('stg_items') }}
    where
        service_text is not null
        {% if is_incremental() %}
            and {{ is_new() }}
            and service_text not in (select service_text from {{ this }})
        {% endif %}
    union
    -- named by hand where the letter names no item
    select given_service_text
    from {{ ref('stg_overrides') }}
    where
        given_service_text is not null
        {% if is_incremental() %}
            and given_service_text not in (select service_text from {{ this }})
        {% endif %}
),

new_texts as materialized (
    {{ service_texts('printed_texts') }}
),

{{ service_classes('new_texts') }}

select
    service_text,
    md5(concat_ws(
        '|', service_name, service_category, coalesce(service_subcategory, ''), coalesce(body_region, ''),
        coalesce(drug_ingredient, ''), coalesce(drug_class, '')
    )) as service_key,
    service_name,
    service_category,
    service_subcategory,
    body_region,
    drug_ingredient,
    drug_class,
    is_opioid,
    laterality,
    mapping_method
from classified
