-- grain: what became of files, items or services, and why, in one period
with letters as (
    select
        letter_id,
        year(decision_date) as year_number
    from {{ ref('dim_determinations') }}
    where determination_key != 'unknown'
),

files as (
    select
        letters.year_number,
        'file' as subject,
        files.status as result,
        files.reason_code as reason,
        count(*) as row_count
    from {{ ref('quality_letters') }} as files
    left join letters on files.letter_id = letters.letter_id
    group by all
),

quarantined as (
    select
        letters.year_number,
        'item' as subject,
        'quarantined' as result,
        items.reason_code as reason,
        count(*) as row_count
    from {{ ref('quality_quarantined_items') }} as items
    left join letters on items.letter_id = letters.letter_id
    group by all
),

decisions as (
    select
        nullif(decision_date_key // 10000, 0) as year_number,
        service_key,
        count(*) as row_count
    from {{ ref('fct_decisions') }}
    group by all
),

decided as (
    select
        decisions.year_number,
        unnest(['item', 'service']) as subject,
        unnest(['decided', services.mapping_method]) as result,
        null as reason,
        decisions.row_count
    from decisions
    inner join {{ ref('dim_services') }} as services on decisions.service_key = services.service_key
),

counted as (
    select * from files
    union all
    select * from quarantined
    union all
    select * from decided
),

ends as (
    select
        coalesce(year_number::varchar, 'not_stated') as decision_year,
        subject,
        result,
        coalesce(reason, 'none') as reason,
        row_count
    from counted
)

select
    {{ or_all('decision_year') }} as period,
    subject,
    result,
    reason,
    sum(row_count)::bigint as row_count,
    {{ share('sum(row_count)', 'sum(sum(row_count)) over (partition by decision_year, subject)') }} as row_share
from ends
group by grouping sets ((decision_year, subject, result, reason), (subject, result, reason))
