-- grain: one title of one family of guidelines, cited by one side in one period, or all of them
-- A decision with two citations of a family counts once for the family, and once for each of the titles. Of millions of
-- decisions most cite the same as many others: those are counted first, and told apart by side and title only then.
with titles as (
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
        any_value(citations.is_denial_overturned) as is_overturned,
        list(
            struct_pack(is_by_reviewer := citations.cited_by = 'reviewer', title_number := titles.title_number)
        ) as cited
    from {{ ref('fct_guideline_citations') }} as citations
    inner join titles on citations.guideline_key = titles.guideline_key
    group by citations.decision_key
),

alike as (
    select
        row_number() over () as number_of_alike,
        year_number,
        is_overturned,
        cited,
        count(*) as decision_count
    from decisions
    group by year_number, is_overturned, cited
),

citations as (
    select
        number_of_alike,
        unnest(cited) as citation
    from alike
),

names as (
    select distinct
        title_number,
        guideline_family,
        guideline_title
    from titles
),

cited as (
    select
        citations.number_of_alike,
        {{ or_all('names.guideline_family') }} as guideline_family,
        {{ or_all('names.guideline_title') }} as guideline_title,
        count(*) filter (where not citations.citation.is_by_reviewer) as by_claims_administrator,
        count(*) filter (where citations.citation.is_by_reviewer) as by_reviewer
    from citations
    inner join names on citations.citation.title_number = names.title_number
    group by grouping sets (
        (citations.number_of_alike, names.guideline_family, names.guideline_title),
        (citations.number_of_alike, names.guideline_family),
        (citations.number_of_alike)
    )
),

sides as (
    select
        alike.year_number,
        alike.is_overturned,
        alike.decision_count,
        cited.guideline_family,
        cited.guideline_title,
        cited.by_claims_administrator > 0 and cited.by_reviewer > 0 as is_by_both,
        unnest(['claims_administrator', 'reviewer']) as cited_by,
        unnest([cited.by_claims_administrator, cited.by_reviewer]) as citation_count
    from cited
    inner join alike on cited.number_of_alike = alike.number_of_alike
),

counted as (
    select
        year_number,
        cited_by,
        guideline_family,
        guideline_title,
        sum(decision_count)::bigint as decision_count,
        sum(decision_count * citation_count)::bigint as citation_count,
        coalesce(sum(decision_count) filter (where is_by_both), 0)::bigint as both_sides_count,
        coalesce(sum(decision_count) filter (where is_overturned), 0)::bigint as overturned_count
    from sides
    where citation_count > 0
    group by grouping sets (
        (year_number, cited_by, guideline_family, guideline_title), (cited_by, guideline_family, guideline_title)
    )
),

periods as (
    select
        decision_date_key // 10000 as year_number,
        count(*) as decisions_of_period
    from {{ ref('fct_decisions') }}
    group by grouping sets ((decision_date_key // 10000), ())
)

select
    case counted.year_number when 0 then 'not_stated' else coalesce(counted.year_number::varchar, 'all') end as period,
    counted.cited_by,
    counted.guideline_family,
    counted.guideline_title,
    counted.decision_count,
    {{ share('counted.decision_count', 'periods.decisions_of_period') }} as decision_share,
    counted.citation_count,
    counted.both_sides_count,
    {{ share('counted.both_sides_count', 'counted.decision_count') }} as both_sides_share,
    {{ overturn_rate('counted.overturned_count', 'counted.decision_count') }}
from counted
inner join periods on counted.year_number is not distinct from periods.year_number
