-- grain: one guideline cited for one decision by one side
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='citation_key',
    pre_hook="{{ forget_replaced(\"regexp_replace(decision_key, '-[0-9]+$', '')\") }}"
) }}

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
    {{ date_key('letters.decision_date') }} as decision_date_key
from {{ ref('int_citations') }} as citations
inner join {{ ref('int_items') }} as items
    on citations.letter_id = items.letter_id and citations.item_number = items.item_number
inner join {{ ref('int_letter_versions') }} as letters on citations.letter_id = letters.letter_id
where
    letters.is_current
    and items.quarantine_reason is null
    and {{ is_due_version() }}
