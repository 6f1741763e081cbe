-- grain: one state of licensure of one profile
-- Letters of one profile name the same credentials, so one letter tells them.
with profiles as (
    select
        reviewer_key,
        min(letter_id) as letter_id
    from {{ ref('int_letter_reviewers') }}
    where letter_id not in {{ superseded_letters() }}
    group by reviewer_key
)

select
    profiles.reviewer_key,
    credentials.state_code,
    any_value(credentials.credential_name) as state_name
from {{ ref('int_credentials') }} as credentials
inner join profiles on credentials.letter_id = profiles.letter_id
where credentials.credential_kind = 'state'
group by profiles.reviewer_key, credentials.state_code
