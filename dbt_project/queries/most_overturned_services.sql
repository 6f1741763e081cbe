-- Which kinds of service are overturned most, of those with 30 decisions and more?
select
    service_category,
    service_subcategory,
    body_region,
    count(*) as decisions,
    round(avg(is_overturned::integer), 3) as overturn_rate
from fct_decisions
inner join dim_services using (service_key)
group by service_category, service_subcategory, body_region
having count(*) >= 30
order by overturn_rate desc, decisions desc
limit 20
