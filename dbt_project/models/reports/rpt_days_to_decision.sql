-- grain: one beginning from which days are counted, in letters of one priority and one period, or all of them
-- A million letters took some thousand different numbers of days: how many took each is counted first, and quantiles
-- are read off the running count, between neighbours in the way of quantile_cont.
with decided_letters as (
    {{
        decided_letters(ref('dim_determinations'), ref('fct_decisions'), ref('quality_quarantined_items'))
    }}
),

letters as (
    select
        coalesce(year(decision_date), 0) as year_number,
        coalesce(priority, 'not_stated') as priority,
        unnest(range(1, 5)) as first_number,
        unnest([
            if(injury_date <= decision_date, decision_date - injury_date, null),
            if(ur_denial_date <= decision_date, decision_date - ur_denial_date, null),
            if(application_received_date <= decision_date, decision_date - application_received_date, null),
            if(assigned_date <= decision_date, decision_date - assigned_date, null)
        ]) as days
    from decided_letters
),

histogram as (
    select
        year_number,
        priority,
        first_number,
        days,
        count(*) as letter_count
    from letters
    group by year_number, priority, first_number, days
),

counted as (
    select
        year_number,
        first_number,
        {{ or_all('priority') }} as priority,
        days,
        sum(letter_count)::bigint as letter_count
    from histogram
    group by grouping sets (
        (year_number, first_number, priority, days),
        (year_number, first_number, days),
        (first_number, priority, days),
        (first_number, days)
    )
),

-- Of n letters in the order of their days, numbered from 0, a quantile q stands at q * (n - 1).
running as (
    select
        *,
        sum(letter_count) over (
            partition by year_number, first_number, priority order by days nulls last
        ) as letters_up_to,
        sum(letter_count) filter (where days is not null) over (
            partition by year_number, first_number, priority
        ) - 1 as last_number
    from counted
)

select
    case year_number when 0 then 'not_stated' else coalesce(year_number::varchar, 'all') end as period,
    ['injury', 'denial', 'application', 'assignment'][first_number] as counted_from,
    priority,
    sum(letter_count)::bigint as letter_count,
    coalesce(sum(letter_count) filter (where days is not null), 0)::bigint as dated_letter_count,
    {%- for quantile, name in ((0.5, 'days_median'), (0.9, 'days_p90')) %}
        {%- set place = quantile ~ '::double * last_number' %}
        {%- set below = 'min(days) filter (where letters_up_to > floor(' ~ place ~ '))' %}
        {%- set above = 'min(days) filter (where letters_up_to > ceil(' ~ place ~ '))' %}
    {{ below }} + ({{ above }} - {{ below }}) * any_value({{ place }} - floor({{ place }})) as {{ name }}
        {{- ',' if not loop.last }}
    {%- endfor %}
from running
group by year_number, first_number, priority
