-- grain: one title of one family of guidelines that reviewers cite for one subcategory of service in one period
-- Of millions of decisions most cite the same as many others: those are counted first, as in rpt_guidelines.
with kinds as (
    select
        service_key,
        service_category,
        coalesce(service_subcategory, 'unspecified') as service_subcategory,
        dense_rank() over (order by service_category, coalesce(service_subcategory, 'unspecified')) as kind_number
    from {{ ref('dim_services') }}
),

alike as (
    select
        row_number() over () as number_of_alike,
        coalesce(year(items.decision_date), 0) as year_number,
        kinds.kind_number,
        items.outcome = 'overturned' as is_overturned,
        items.reviewer_guidelines,
        count(*) as decision_count
    from {{ ref('int_items') }} as items
    inner join kinds on items.service_key = kinds.service_key
    where {{ is_decided('items') }} and items.reviewer_guidelines is not null
    group by year_number, kinds.kind_number, is_overturned, items.reviewer_guidelines
),

citations as (
    select
        number_of_alike,
        unnest(reviewer_guidelines) as guideline_key
    from alike
),

cited as (
    select distinct
        citations.number_of_alike,
        guidelines.guideline_family,
        guidelines.guideline_title
    from citations
    inner join {{ ref('dim_guidelines') }} as guidelines on citations.guideline_key = guidelines.guideline_key
),

counted as (
    select
        alike.year_number,
        alike.kind_number,
        cited.guideline_family,
        cited.guideline_title,
        sum(alike.decision_count)::bigint as decision_count,
        coalesce(sum(alike.decision_count) filter (where alike.is_overturned), 0)::bigint as overturned_count
    from cited
    inner join alike on cited.number_of_alike = alike.number_of_alike
    group by grouping sets (
        (alike.year_number, alike.kind_number, cited.guideline_family, cited.guideline_title),
        (alike.kind_number, cited.guideline_family, cited.guideline_title)
    )
),

wholes as (
    select
        decisions.decision_date_key // 10000 as year_number,
        kinds.kind_number,
        count(*) as decisions_of_kind
    from {{ ref('fct_decisions') }} as decisions
    inner join kinds on decisions.service_key = kinds.service_key
    group by grouping sets ((decisions.decision_date_key // 10000, kinds.kind_number), (kinds.kind_number))
),

kind_names as (
    select distinct
        kind_number,
        service_category,
        service_subcategory
    from kinds
)

select
    case counted.year_number when 0 then 'not_stated' else coalesce(counted.year_number::varchar, 'all') end as period,
    kind_names.service_category,
    kind_names.service_subcategory,
    counted.guideline_family,
    counted.guideline_title,
    counted.decision_count,
    {{ share('counted.decision_count', 'wholes.decisions_of_kind') }} as decision_share,
    {{ overturn_rate('counted.overturned_count', 'counted.decision_count') }}
from counted
inner join wholes
    on
        counted.year_number is not distinct from wholes.year_number
        and counted.kind_number = wholes.kind_number
inner join kind_names on counted.kind_number = kind_names.kind_number
