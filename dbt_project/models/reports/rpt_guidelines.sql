-- grain: one title of one family of guidelines, cited by one side in one period, or all of them
-- A decision with two citations of a family counts once for the family, and once for each of the titles.
with citations as (
    select
        citations.decision_key,
        citations.cited_by,
        guidelines.guideline_family,
        guidelines.guideline_title
    from {{ ref('fct_guideline_citations') }} as citations
    inner join {{ ref('dim_guidelines') }} as guidelines on citations.guideline_key = guidelines.guideline_key
),

cited as (
    select
        decision_key,
        {{ or_all('guideline_family') }} as guideline_family,
        {{ or_all('guideline_title') }} as guideline_title,
        count(*) filter (where cited_by = 'claims_administrator') as by_claims_administrator,
        count(*) filter (where cited_by = 'reviewer') as by_reviewer
    from citations
    group by grouping sets (
        (decision_key, guideline_family, guideline_title), (decision_key, guideline_family), (decision_key)
    )
),

sides as (
    select
        decision_key,
        guideline_family,
        guideline_title,
        'claims_administrator' as cited_by,
        by_claims_administrator as citation_count,
        by_reviewer > 0 as is_cited_by_both
    from cited
    where by_claims_administrator > 0

    union all

    select
        decision_key,
        guideline_family,
        guideline_title,
        'reviewer' as cited_by,
        by_reviewer as citation_count,
        by_claims_administrator > 0 as is_cited_by_both
    from cited
    where by_reviewer > 0
),

decisions as (
    select
        decision_key,
        is_overturned,
        {{ decision_year() }} as decision_year
    from {{ ref('fct_decisions') }}
),

periods as (
    select
        {{ or_all('decision_year') }} as period,
        count(*) as decisions_of_period
    from decisions
    group by grouping sets ((decision_year), ())
),

counted as (
    select
        {{ or_all('decisions.decision_year') }} as period,
        sides.cited_by,
        sides.guideline_family,
        sides.guideline_title,
        count(*) as decision_count,
        sum(sides.citation_count)::bigint as citation_count,
        count(*) filter (where sides.is_cited_by_both) as both_sides_count,
        {{ overturn_rate() }}
    from sides
    inner join decisions on sides.decision_key = decisions.decision_key
    group by grouping sets (
        (decisions.decision_year, sides.cited_by, sides.guideline_family, sides.guideline_title),
        (sides.cited_by, sides.guideline_family, sides.guideline_title)
    )
)

select
    counted.period,
    counted.cited_by,
    counted.guideline_family,
    counted.guideline_title,
    counted.decision_count,
    {{ share('counted.decision_count', 'periods.decisions_of_period') }} as decision_share,
    counted.citation_count,
    counted.both_sides_count,
    {{ share('counted.both_sides_count', 'counted.decision_count') }} as both_sides_share,
    counted.overturned_count,
    counted.overturn_rate,
    counted.overturn_rate_low,
    counted.overturn_rate_high
from counted
inner join periods on counted.period = periods.period
