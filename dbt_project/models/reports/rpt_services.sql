-- grain: one subcategory of one category of service in one period, or all of them
with decisions as (
    select
        {{ decision_year('decisions.decision_date_key') }} as decision_year,
        services.service_category,
        coalesce(services.service_subcategory, 'unspecified') as service_subcategory,
        decisions.is_overturned
    from {{ ref('fct_decisions') }} as decisions
    inner join {{ ref('dim_services') }} as services on decisions.service_key = services.service_key
)

select
    {{ or_all('decision_year') }} as period,
    {{ or_all('service_category') }} as service_category,
    {{ or_all('service_subcategory') }} as service_subcategory,
    count(*) as decision_count,
    -- The largest row of a period is the one over all categories.
    {{ share('count(*)', 'max(count(*)) over (partition by decision_year)') }} as decision_share,
    {{ overturn_rate() }}
from decisions
group by grouping sets (
    (decision_year, service_category, service_subcategory), (decision_year, service_category), (decision_year),
    (service_category, service_subcategory), (service_category), ()
)
having count(*) > 0
