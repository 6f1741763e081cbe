-- grain: one independent medical review, in its current version
-- Counts and outcome are the letter's own: items that are quarantined are among them. A letter that prints no outcome
-- for any item has nothing to say here; its items wait in quality_quarantined_items.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_touched_determinations() }}"
) }}

with {{ due_letters() }},

outcomes as (
    select
        letter_id,
        part_number,
        count(*) as item_count,
        count(*) filter (where outcome = 'overturned') as overturned_count,
        count(*) filter (where outcome = 'upheld') as upheld_count
    from {{ ref('int_items') }}
    {% if is_incremental() %}
        where
            part_number in (select due_letters.part_number from due_letters)
            and letter_id in (select due_letters.letter_id from due_letters)
    {% endif %}
    group by letter_id, part_number
    having count(outcome) > 0
)

select
    letters.determination_key,
    letters.case_number,
    letters.letter_id,
    letters.template,
    case
        when outcomes.overturned_count = 0 then 'upheld'
        when outcomes.upheld_count = 0 then 'overturned'
        else 'partially_overturned'
    end as overall_outcome,
    outcomes.item_count::integer as item_count,
    outcomes.overturned_count::integer as overturned_count,
    case when lower(letters.priority) in ('standard', 'expedited') then lower(letters.priority) end as priority,
    letters.patient_age,
    letters.patient_sex,
    letters.injury_date,
    letters.ur_denial_date,
    letters.application_received_date,
    letters.assigned_date,
    letters.decision_date,
    date_diff('day', letters.application_received_date, letters.decision_date)::integer as days_to_decision,
    letters.version::integer as version,
    letters.source_uri,
    letters.received_at,
    letters.unread_share
from {{ ref('int_letter_versions') }} as letters
inner join outcomes on letters.part_number = outcomes.part_number and letters.letter_id = outcomes.letter_id
where letters.is_current

{% if not is_incremental() %}
union all by name

select
    'unknown' as determination_key,
    'unknown' as letter_id,
    'unknown' as source_uri,
    0 as item_count,
    0 as overturned_count
{% endif %}
