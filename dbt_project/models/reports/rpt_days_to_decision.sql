-- grain: one beginning from which days are counted, in letters of one priority and one period, or all of them
with letters as (
    select
        if(decision_date is null, 'not_stated', year(decision_date)::varchar) as decision_year,
        coalesce(priority, 'not_stated') as priority,
        decision_date,
        unnest(['injury', 'denial', 'application', 'assignment']) as counted_from,
        unnest([injury_date, ur_denial_date, application_received_date, assigned_date]) as first_date
    from {{ ref('dim_determinations') }}
    where determination_key in (select decisions.determination_key from {{ ref('fct_decisions') }} as decisions)
),

days as (
    select
        decision_year,
        priority,
        counted_from,
        if(first_date <= decision_date, date_diff('day', first_date, decision_date), null) as days
    from letters
),

counted as (
    select
        {{ or_all('decision_year') }} as period,
        counted_from,
        {{ or_all('priority') }} as priority,
        count(*) as letter_count,
        count(days) as dated_letter_count,
        quantile_cont(days, [0.5, 0.9]) as quantiles
    from days
    group by grouping sets (
        (decision_year, counted_from, priority), (decision_year, counted_from), (counted_from, priority), (counted_from)
    )
)

select
    period,
    counted_from,
    priority,
    letter_count,
    dated_letter_count,
    quantiles[1]::double as days_median,
    quantiles[2]::double as days_p90
from counted
