-- Is a denial overturned less often where both sides cite the same guideline?
select
    service_category,
    is_same_guideline,
    count(*) as decisions,
    round(avg(is_overturned::integer), 3) as overturn_rate
from fct_decisions
inner join dim_services using (service_key)
where claims_basis not in ('none', 'not_stated') and reviewer_basis != 'none'
group by service_category, is_same_guideline
order by service_category, is_same_guideline
