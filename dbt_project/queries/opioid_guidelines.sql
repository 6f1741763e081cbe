-- Which guidelines do reviewers rely on most in decisions on opioids, year by year?
select
    period,
    guideline_family,
    guideline_title,
    decision_count as decisions,
    overturned_count as overturned,
    round(decision_share, 3) as share_of_decisions
from rpt_service_guidelines
where service_subcategory = 'Opioids'
qualify row_number() over (partition by period order by decision_count desc, guideline_title asc) <= 5
order by period asc, decisions desc, guideline_title asc
