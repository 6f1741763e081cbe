-- grain: one specialty of one profile
select
    reviewers.reviewer_key,
    credentials.credential_name as specialty,
    -- A field that a profile names on both lists counts as a specialty.
    bool_and(credentials.credential_kind = 'subspecialty') as is_subspecialty
from {{ ref('int_credentials') }} as credentials
inner join {{ ref('int_letter_reviewers') }} as reviewers on credentials.letter_id = reviewers.letter_id
inner join {{ ref('int_letter_versions') }} as letters on credentials.letter_id = letters.letter_id
where credentials.credential_kind in ('specialty', 'subspecialty') and letters.is_current
group by reviewers.reviewer_key, credentials.credential_name
