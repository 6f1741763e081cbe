-- grain: one month of one year, or all months of it, or all years
-- By day first: letters need not be told apart once more for each month, year and all years.
with letters as (
    {{
        decided_letters(ref('dim_determinations'), ref('fct_decisions'), ref('quality_quarantined_items'))
    }}
),

days as (
    select
        decision_date_key,
        count(*) as letter_count,
        sum(decision_count) as decision_count,
        sum(overturned_count) as overturned_count
    from letters
    group by decision_date_key
),

dated as (
    select
        {{ decision_year() }} as decision_year,
        if(
            decision_date_key = 0,
            'not_stated',
            printf('%04d-%02d', decision_date_key // 10000, decision_date_key // 100 % 100)
        ) as decision_month,
        letter_count,
        decision_count,
        overturned_count
    from days
)

select
    {{ or_all('decision_year') }} as period,
    {{ or_all('decision_month') }} as decision_month,
    sum(letter_count)::bigint as letter_count,
    sum(decision_count)::bigint as decision_count,
    {{ share('sum(decision_count)::bigint', 'sum(letter_count)') }} as decisions_per_letter,
    {{ overturn_rate('sum(overturned_count)::bigint', 'sum(decision_count)::bigint') }}
from dated
group by grouping sets ((decision_year, decision_month), (decision_year), ())
having count(*) > 0
