-- grain: one thing said by hand of one quarantined item: what was decided or taken back, by whom, when and why
with first_names as (
    select
        letter_id,
        any_value(source_uri) as source_uri
    from {{ ref('stg_received_files') }}
    where not is_duplicate and letter_id in (select said.letter_id from {{ ref('int_overrides') }} as said)
    group by letter_id
),

judged as (
    select
        said.*,
        first_names.source_uri,
        items.decision_key,
        case
            when not said.is_last_word then 'replaced'
            when said.action = 'undo' then 'taken_back'
            when not letters.is_current then 'superseded'
            when items.override_number is not null then 'applied'
            else 'no_longer_fits'
        end as state
    from {{ ref('int_overrides') }} as said
    left join first_names on said.letter_id = first_names.letter_id
    left join {{ ref('int_letter_versions') }} as letters on said.letter_id = letters.letter_id
    left join {{ ref('int_items') }} as items
        on said.letter_id = items.letter_id and said.override_number = items.override_number
)

select
    override_number,
    if(state = 'applied', decision_key, null) as decision_key,
    letter_id,
    source_uri,
    item_number,
    coalesce(service_text, given_service_text) as service_text,
    action,
    reason_code,
    outcome,
    reviewer_basis,
    given_service_text,
    decided_by,
    decided_at,
    reason,
    state,
    state = 'applied' as is_applied
from judged
