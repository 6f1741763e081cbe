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

titles as (
    select
        guideline_key,
        guideline_family,
        guideline_title,
        dense_rank() over (order by guideline_family, guideline_title)::usmallint as title_number
    from {{ ref('dim_guidelines') }}
),

decisions as (
    select
        any_value(citations.decided_date_key) // 10000 as year_number,
        any_value(kinds.kind_number) as kind_number,
        any_value(citations.is_denial_overturned) as is_overturned,
        list(titles.title_number) as cited
    from {{ ref('fct_guideline_citations') }} as citations
    inner join kinds on citations.decided_service_key = kinds.service_key
    inner join titles on citations.guideline_key = titles.guideline_key
    where citations.cited_by = 'reviewer'
    group by citations.decision_key
),

alike as (
    select
        year_number,
        kind_number,
        is_overturned,
        cited,
        count(*) as decision_count
    from decisions
    group by year_number, kind_number, is_overturned, cited
),

cited as (
    select
        year_number,
        kind_number,
        is_overturned,
        decision_count,
        unnest(list_distinct(cited)) as title_number
    from alike
),

counted as (
    select
        year_number,
        kind_number,
        title_number,
        sum(decision_count)::bigint as decision_count,
        coalesce(sum(decision_count) filter (where is_overturned), 0)::bigint as overturned_count
    from cited
    group by grouping sets ((year_number, kind_number, title_number), (kind_number, title_number))
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
),

title_names as (
    select distinct
        title_number,
        guideline_family,
        guideline_title
    from titles
)

select
    case counted.year_number when 0 then 'not_stated' else coalesce(counted.year_number::varchar, 'all') end as period,
    kind_names.service_category,
    kind_names.service_subcategory,
    title_names.guideline_family,
    title_names.guideline_title,
    counted.decision_count,
    {{ share('counted.decision_count', 'wholes.decisions_of_kind') }} as decision_share,
    {{ overturn_rate('counted.overturned_count', 'counted.decision_count') }}
from counted
inner join wholes
    on
        counted.year_number is not distinct from wholes.year_number
        and counted.kind_number = wholes.kind_number
inner join kind_names on counted.kind_number = kind_names.kind_number
inner join title_names on counted.title_number = title_names.title_number
