-- grain: what became of files, items or services, and why, in one period
with letters as (
    select
        letter_id,
        if(decision_date is null, 'not_stated', year(decision_date)::varchar) as decision_year
    from {{ ref('dim_determinations') }}
    where determination_key != 'unknown'
),

ends as (
    select
        coalesce(letters.decision_year, 'not_stated') as decision_year,
        'file' as subject,
        files.status as result,
        coalesce(files.reason_code, 'none') as reason
    from {{ ref('quality_letters') }} as files
    left join letters on files.letter_id = letters.letter_id

    union all

    select
        coalesce(letters.decision_year, 'not_stated') as decision_year,
        'item' as subject,
        'quarantined' as result,
        items.reason_code as reason
    from {{ ref('quality_quarantined_items') }} as items
    left join letters on items.letter_id = letters.letter_id

    union all

    select
        {{ decision_year('decisions.decision_date_key') }} as decision_year,
        unnest(['item', 'service']) as subject,
        unnest(['decided', services.mapping_method]) as result,
        'none' as reason
    from {{ ref('fct_decisions') }} as decisions
    inner join {{ ref('dim_services') }} as services on decisions.service_key = services.service_key
)

select
    {{ or_all('decision_year') }} as period,
    subject,
    result,
    reason,
    count(*) as row_count,
    {{ share('count(*)', 'sum(count(*)) over (partition by decision_year, subject)') }} as row_share
from ends
group by grouping sets ((decision_year, subject, result, reason), (subject, result, reason))
