-- How often is a denial overturned, by category of service, in the latest year?
select
    service_category,
    count(*) as decisions,
    count(*) filter (where is_overturned) as overturned,
    round(avg(is_overturned::integer), 3) as overturn_rate
from fct_decisions
inner join dim_services using (service_key)
where decision_date_key // 10000 = (select max(latest.decision_date_key // 10000) from fct_decisions as latest)
group by service_category
order by decisions desc, service_category asc
