-- grain: the prose of one decision, apart from the narrow fact
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_touched_determinations(\"regexp_replace(decision_key, '-[0-9]+$', '')\") }}"
) }}

with {{ due_letters() }}

-- Texts pass by narrow rows that wait for them in memory. Joined to items, of which there are as many, they would be
-- what waits, and two such models at once are more than DuckDB may take.
select
    letters.determination_key || '-' || printed.item_number as decision_key,
    printed.claims_guideline_text,
    printed.reviewer_guideline_text,
    printed.rationale_text
from due_letters as letters
-- by part as well, so that only files of parts that are due are read
inner join {{ ref('stg_items') }} as printed
    on letters.part_number = printed.part_number and letters.letter_id = printed.letter_id
where
    not exists (
        select 1
        from {{ ref('quality_quarantined_items') }} as held
        where held.letter_id = printed.letter_id and held.item_number = printed.item_number
    )
