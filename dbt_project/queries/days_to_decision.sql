-- How many days pass from application to decision, by year and priority?
select
    year(decision_date) as decision_year,
    coalesce(priority, 'not stated') as stated_priority,
    count(*) as letters,
    median(days_to_decision) as days_median,
    quantile_cont(days_to_decision, 0.9) as days_90th_percentile
from dim_determinations
where days_to_decision is not null
group by decision_year, stated_priority
order by decision_year, stated_priority
