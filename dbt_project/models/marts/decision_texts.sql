-- grain: the prose of one decision, apart from the narrow fact
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='decision_key',
    pre_hook="{{ forget_replaced(\"regexp_replace(decision_key, '-[0-9]+$', '')\") }}"
) }}

with {{ due_letters() }}

select
    items.decision_key,
    printed.claims_guideline_text,
    printed.reviewer_guideline_text,
    printed.rationale_text
from due_letters as letters
inner join {{ ref('int_items') }} as items on letters.letter_id = items.letter_id
-- by part as well, so that only files of parts that are due are read
inner join {{ ref('stg_items') }} as printed
    on
        letters.part_number = printed.part_number
        and items.letter_id = printed.letter_id
        and items.item_number = printed.item_number
where items.quarantine_reason is null
