-- grain: one profile of expert reviewers (letters never name a reviewer)
select distinct
    reviewers.reviewer_key,
    reviewers.specialties,
    reviewers.subspecialties,
    reviewers.licensed_states,
    reviewers.is_california_licensed
from {{ ref('int_letter_reviewers') }} as reviewers
inner join {{ ref('int_letter_versions') }} as letters on reviewers.letter_id = letters.letter_id
where letters.is_current

union all by name

select 'unknown' as reviewer_key
