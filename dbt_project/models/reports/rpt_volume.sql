-- grain: one month of one year, or all months of it, or all years
with decisions as (
    select
        {{ decision_year() }} as decision_year,
        if(
            decision_date_key = 0,
            'not_stated',
            printf('%04d-%02d', decision_date_key // 10000, decision_date_key // 100 % 100)
        ) as decision_month,
        determination_key,
        is_overturned
    from {{ ref('fct_decisions') }}
)

select
    {{ or_all('decision_year') }} as period,
    {{ or_all('decision_month') }} as decision_month,
    count(distinct determination_key) as letter_count,
    count(*) as decision_count,
    {{ share('count(*)', 'count(distinct determination_key)') }} as decisions_per_letter,
    {{ overturn_rate() }}
from decisions
group by grouping sets ((decision_year, decision_month), (decision_year), ())
having count(*) > 0
