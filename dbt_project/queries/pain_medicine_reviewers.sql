-- Do reviewers certified in pain medicine overturn more than others?
with pain_medicine as (
    select distinct reviewer_key
    from bridge_reviewer_specialties
    where specialty = 'Pain Medicine'
)

select
    reviewer_key in (from pain_medicine) as is_pain_medicine,
    count(*) as decisions,
    count(*) filter (where is_overturned) as overturned,
    round(avg(is_overturned::integer), 3) as overturn_rate
from fct_decisions
group by is_pain_medicine
order by is_pain_medicine
