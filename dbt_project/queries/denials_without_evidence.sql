-- How many denials rest on no evidence at all, and do these fall more often?
select
    nullif(decision_date_key // 10000, 0) as decision_year,
    claims_basis,
    count(*) as decisions,
    round(avg(is_overturned::integer), 3) as overturn_rate
from fct_decisions
group by decision_year, claims_basis
order by decision_year, claims_basis
