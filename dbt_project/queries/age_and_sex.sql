-- Do decisions on surgery differ by the worker's age and sex?
select
    patient_sex,
    patient_age // 10 * 10 as from_age,
    count(*) as decisions,
    count(*) filter (where fct_decisions.is_overturned) as overturned,
    round(avg(is_overturned::integer), 3) as overturn_rate
from fct_decisions
inner join dim_determinations using (determination_key)
inner join dim_services using (service_key)
where service_category = 'Surgery' and patient_age is not null and patient_sex is not null
group by patient_sex, from_age
order by patient_sex, from_age
