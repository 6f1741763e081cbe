-- grain: one profile of expert reviewers (letters never name a reviewer)
-- The key is a hash of the rest: letters of one profile have it alike.
select
    reviewer_key,
    any_value(specialties) as specialties,
    any_value(subspecialties) as subspecialties,
    any_value(licensed_states) as licensed_states,
    any_value(is_california_licensed) as is_california_licensed
from {{ ref('int_letter_reviewers') }}
where letter_id not in {{ superseded_letters() }}
group by reviewer_key

union all by name

select 'unknown' as reviewer_key
