-- grain: one title of one family of guidelines, cited by one side in one period, or all of them
-- A decision with two citations of a family counts once for the family, and once for each of the titles. There are
-- millions of decisions and citations: they are told apart by numbers, and get their words when they are counted.
with decisions as (
    select
        row_number() over () as decision_number,
        decision_key,
        is_overturned,
        decision_date_key // 10000 as year_number
    from {{ ref('fct_decisions') }}
),

titles as (
    select distinct
        guideline_family,
        guideline_title,
        dense_rank() over (order by guideline_family) as family_number,
        dense_rank() over (order by guideline_family, guideline_title) as title_number
    from {{ ref('dim_guidelines') }}
),

guidelines as (
    select
        guidelines.guideline_key,
        titles.family_number,
        titles.title_number
    from {{ ref('dim_guidelines') }} as guidelines
    inner join titles
        on guidelines.guideline_family = titles.guideline_family and guidelines.guideline_title = titles.guideline_title
),

cited as (
    select
        decisions.decision_number,
        guidelines.family_number,
        guidelines.title_number,
        any_value(decisions.year_number) as year_number,
        any_value(decisions.is_overturned) as is_overturned,
        count(*) filter (where citations.cited_by = 'claims_administrator') as by_claims_administrator,
        count(*) filter (where citations.cited_by = 'reviewer') as by_reviewer
    from {{ ref('fct_guideline_citations') }} as citations
    inner join decisions on citations.decision_key = decisions.decision_key
    inner join guidelines on citations.guideline_key = guidelines.guideline_key
    group by grouping sets (
        (decisions.decision_number, guidelines.family_number, guidelines.title_number),
        (decisions.decision_number, guidelines.family_number),
        (decisions.decision_number)
    )
),

counted as (
    select
        year_number,
        family_number,
        title_number,
        unnest(['claims_administrator', 'reviewer']) as cited_by,
        unnest([
            count(*) filter (where by_claims_administrator > 0),
            count(*) filter (where by_reviewer > 0)
        ]) as decision_count,
        unnest([sum(by_claims_administrator), sum(by_reviewer)])::bigint as citation_count,
        count(*) filter (where by_claims_administrator > 0 and by_reviewer > 0) as both_sides_count,
        unnest([
            count(*) filter (where by_claims_administrator > 0 and is_overturned),
            count(*) filter (where by_reviewer > 0 and is_overturned)
        ]) as overturned_count
    from cited
    group by grouping sets ((year_number, family_number, title_number), (family_number, title_number))
),

periods as (
    select
        year_number,
        count(*) as decisions_of_period
    from decisions
    group by grouping sets ((year_number), ())
),

names as (
    select
        family_number,
        title_number,
        {{ or_all('guideline_family') }} as guideline_family,
        {{ or_all('guideline_title') }} as guideline_title
    from titles
    group by grouping sets (
        (family_number, title_number, guideline_family, guideline_title), (family_number, guideline_family), ()
    )
)

select
    case counted.year_number when 0 then 'not_stated' else coalesce(counted.year_number::varchar, 'all') end as period,
    counted.cited_by,
    names.guideline_family,
    names.guideline_title,
    counted.decision_count,
    {{ share('counted.decision_count', 'periods.decisions_of_period') }} as decision_share,
    counted.citation_count,
    counted.both_sides_count,
    {{ share('counted.both_sides_count', 'counted.decision_count') }} as both_sides_share,
    {{ overturn_rate('counted.overturned_count', 'counted.decision_count') }}
from counted
inner join periods on counted.year_number is not distinct from periods.year_number
inner join names
    on
        counted.family_number is not distinct from names.family_number
        and counted.title_number is not distinct from names.title_number
where counted.decision_count > 0
