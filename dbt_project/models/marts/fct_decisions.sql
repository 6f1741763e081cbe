-- grain: one disputed item or service, decided in the current version of one determination letter
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_touched_determinations() }}"
) }}

with {{ due_letters() }},

reviewers as (
    select
        letter_id,
        reviewer_key
    from {{ ref('int_letter_reviewers') }}
    {% if is_incremental() %}
        where part_number in (select due_letters.part_number from due_letters)
    {% endif %}
)

select
    items.decision_key,
    items.determination_key,
    items.service_key,
    coalesce(reviewers.reviewer_key, 'unknown') as reviewer_key,
    {{ date_key('letters.decision_date') }} as decision_date_key,
    items.item_number,
    items.service_text,
    items.outcome,
    items.outcome = 'overturned' as is_overturned,
    items.quantity,
    items.laterality,
    items.spine_levels,
    items.strength,
    items.claims_basis,
    items.reviewer_basis,
    items.is_same_guideline,
    items.rationale_words,
    items.span_start,
    items.span_end
from due_letters as letters
inner join {{ ref('int_items') }} as items
    on letters.part_number = items.part_number and letters.letter_id = items.letter_id
left join reviewers on items.letter_id = reviewers.letter_id
where items.quarantine_reason is null
