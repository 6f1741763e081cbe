-- Which guidelines do reviewers rely on most in decisions on opioids, year by year?
select
    nullif(decision_date_key // 10000, 0) as decision_year,
    guideline_family,
    guideline_title,
    count(distinct decision_key) as decisions,
    count(distinct decision_key) filter (where is_overturned) as overturned
from fct_decisions
inner join dim_services using (service_key)
inner join fct_guideline_citations using (decision_key, decision_date_key)
inner join dim_guidelines using (guideline_key)
where service_subcategory = 'Opioids' and cited_by = 'reviewer'
group by decision_year, guideline_family, guideline_title
qualify row_number() over (partition by decision_year order by decisions desc, guideline_title asc) <= 5
order by decision_year asc, decisions desc, guideline_title asc
