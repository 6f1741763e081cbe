-- grain: one state of licensure of one profile
select
    reviewers.reviewer_key,
    credentials.state_code,
    any_value(credentials.credential_name) as state_name
from {{ ref('int_credentials') }} as credentials
inner join {{ ref('int_letter_reviewers') }} as reviewers on credentials.letter_id = reviewers.letter_id
inner join {{ ref('int_letter_versions') }} as letters on credentials.letter_id = letters.letter_id
where credentials.credential_kind = 'state' and letters.is_current
group by reviewers.reviewer_key, credentials.state_code
