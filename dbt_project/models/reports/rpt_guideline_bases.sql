-- grain: what both sides rely on, by category of service and period, or all of them
with decisions as (
    select
        {{ decision_year('decisions.decision_date_key') }} as decision_year,
        services.service_category,
        decisions.claims_basis,
        decisions.reviewer_basis,
        decisions.is_same_guideline,
        decisions.is_overturned
    from {{ ref('fct_decisions') }} as decisions
    inner join {{ ref('dim_services') }} as services on decisions.service_key = services.service_key
)

select
    {{ or_all('decision_year') }} as period,
    {{ or_all('service_category') }} as service_category,
    {{ or_all('claims_basis') }} as claims_basis,
    {{ or_all('reviewer_basis') }} as reviewer_basis,
    count(*) as decision_count,
    -- The largest row of a category and period is the one over all bases.
    {{ share('count(*)', 'max(count(*)) over (partition by decision_year, service_category)') }} as decision_share,
    count(*) filter (where is_same_guideline) as same_guideline_count,
    {{ share('count(*) filter (where is_same_guideline)', 'count(*)') }} as same_guideline_share,
    {{ overturn_rate() }}
from decisions
group by cube (decision_year, service_category, claims_basis, reviewer_basis)
having count(*) > 0
