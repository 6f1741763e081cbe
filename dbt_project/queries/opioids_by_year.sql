-- What share of opioid denials is overturned, year by year?
select
    nullif(decision_date_key // 10000, 0) as decision_year,
    count(*) as decisions,
    count(*) filter (where is_overturned) as overturned,
    round(avg(is_overturned::integer), 3) as overturn_rate
from fct_decisions
inner join dim_services using (service_key)
where service_subcategory = 'Opioids'
group by decision_year
order by decision_year
