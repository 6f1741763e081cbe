-- grain: one guideline cited for one decision by one side
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_touched_determinations(\"regexp_replace(decision_key, '-[0-9]+$', '')\") }}"
) }}

with {{ due_letters() }}

select
    items.decision_key
    || case citations.cited_by when 'claims_administrator' then '-c' else '-r' end
    || citations.citation_number as citation_key,
    items.decision_key,
    citations.guideline_key,
    citations.cited_by,
    citations.citation_number,
    citations.pages,
    citations.section_text,
    citations.citation_text,
    citations.span_start,
    citations.span_end,
    -- As in the decision: to join millions of keys takes longer than all else that is asked of citations.
    {{ date_key('letters.decision_date') }} as decided_date_key,
    items.service_key as decided_service_key,
    items.outcome = 'overturned' as is_denial_overturned
from due_letters as letters
inner join {{ ref('int_items') }} as items
    on letters.part_number = items.part_number and letters.letter_id = items.letter_id
inner join {{ ref('int_citations') }} as citations
    on
        items.part_number = citations.part_number
        and items.letter_id = citations.letter_id
        and items.item_number = citations.item_number
where items.quarantine_reason is null
