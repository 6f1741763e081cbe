-- grain: one specialty of one profile
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
    credentials.credential_name as specialty,
    -- A field that a profile names on both lists counts as a specialty.
    bool_and(credentials.credential_kind = 'subspecialty') as is_subspecialty
from {{ ref('int_credentials') }} as credentials
inner join profiles on credentials.letter_id = profiles.letter_id
where credentials.credential_kind in ('specialty', 'subspecialty')
group by profiles.reviewer_key, credentials.credential_name
