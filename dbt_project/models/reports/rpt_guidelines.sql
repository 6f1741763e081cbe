-- grain: one title of one family of guidelines, cited by one side in one period, or all of them
-- A decision with two citations of a family counts once for the family, and once for each of the titles. Of millions of
-- decisions most cite the same as many others: those are counted first, and told apart by side and title only then.
with alike as (
    select
        row_number() over () as number_of_alike,
        coalesce(year(decision_date), 0) as year_number,
        outcome = 'overturned' as is_overturned,
        claims_guidelines,
        reviewer_guidelines,
        count(*) as decision_count
    from {{ ref('int_items') }}
    where {{ is_decided() }} and (claims_guidelines is not null or reviewer_guidelines is not null)
    group by year_number, is_overturned, claims_guidelines, reviewer_guidelines
),

citations as (
    select
        number_of_alike,
        false as is_by_reviewer,
        unnest(claims_guidelines) as guideline_key
    from alike

    union all

    select
        number_of_alike,
        true as is_by_reviewer,
        unnest(reviewer_guidelines) as guideline_key
    from alike
),

cited as (
    select
        citations.number_of_alike,
        {{ or_all('guidelines.guideline_family') }} as guideline_family,
        {{ or_all('guidelines.guideline_title') }} as guideline_title,
        count(*) filter (where not citations.is_by_reviewer) as by_claims_administrator,
        count(*) filter (where citations.is_by_reviewer) as by_reviewer
    from citations
    inner join {{ ref('dim_guidelines') }} as guidelines on citations.guideline_key = guidelines.guideline_key
    group by grouping sets (
        (citations.number_of_alike, guidelines.guideline_family, guidelines.guideline_title),
        (citations.number_of_alike, guidelines.guideline_family),
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
