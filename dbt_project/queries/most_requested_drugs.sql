-- Which drugs are disputed most, how many units are asked for, and how often does the denial fall?
select
    drug_ingredient,
    drug_class,
    count(*) as decisions,
    median(quantity) as median_quantity,
    round(avg(is_overturned::integer), 3) as overturn_rate
from fct_decisions
inner join dim_services using (service_key)
where drug_ingredient is not null
group by drug_ingredient, drug_class
order by decisions desc, drug_ingredient asc
limit 20
