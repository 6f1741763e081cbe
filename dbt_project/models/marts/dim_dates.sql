-- grain: one day, gapless over all dates that any fact uses; 0 is the unknown day
with bounds as (
    select
        min(decision_date) as first_day,
        max(decision_date) as last_day
    from {{ ref('int_letter_versions') }}
    where is_current
),

days as (
    select unnest(generate_series(first_day, last_day, interval 1 day))::date as date_day
    from bounds
)

select
    {{ date_key('date_day') }} as date_key,
    date_day,
    year(date_day)::integer as year,
    quarter(date_day)::integer as quarter,
    month(date_day)::integer as month,
    monthname(date_day) as month_name,
    weekofyear(date_day)::integer as iso_week,
    isodow(date_day)::integer as day_of_week,
    isodow(date_day) in (6, 7) as is_weekend
from days

union all by name

select 0 as date_key
