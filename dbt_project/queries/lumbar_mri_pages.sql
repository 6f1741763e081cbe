-- Which pages do reviewers cite on magnetic resonance imaging of the lumbar spine?
select
    guideline_title,
    pages,
    count(distinct decision_key) as decisions,
    count(distinct decision_key) filter (where is_denial_overturned) as overturned
from fct_guideline_citations
inner join dim_services on decided_service_key = service_key
inner join dim_guidelines using (guideline_key)
where service_name ilike '%MRI%' and body_region = 'lumbar spine' and cited_by = 'reviewer'
group by guideline_title, pages
order by decisions desc, guideline_title asc, pages asc
limit 10
