-- It reads several models: Dagster counts it as a check of this one.
{{ config(meta={'dagster': {'ref': {'name': 'rpt_volume'}}}) }}

-- Every report counts all decisions of the facts, and all letters with one, in each year and over all years.
with facts as (
    select
        {{ decision_year() }} as decision_year,
        determination_key
    from {{ ref('fct_decisions') }}
),

expected as (
    select
        {{ or_all('decision_year') }} as period,
        count(*) as decisions,
        count(distinct determination_key) as letters
    from facts
    group by grouping sets ((decision_year), ())
    having count(*) > 0
),

counted as (
    select
        'rpt_volume' as report,
        period,
        sum(decision_count) as decisions,
        sum(letter_count) as letters
    from {{ ref('rpt_volume') }}
    where decision_month != 'all' or period = 'all'
    group by period

    union all

    select
        'rpt_services' as report,
        period,
        sum(decision_count) as decisions,
        null as letters
    from {{ ref('rpt_services') }}
    where service_subcategory != 'all'
    group by period

    union all

    select
        'rpt_guideline_bases' as report,
        period,
        sum(decision_count) as decisions,
        null as letters
    from {{ ref('rpt_guideline_bases') }}
    where service_category != 'all' and claims_basis != 'all' and reviewer_basis != 'all'
    group by period

    union all

    select
        'rpt_letters ' || attribute as report,
        period,
        sum(decision_count) as decisions,
        sum(letter_count) as letters
    from {{ ref('rpt_letters') }}
    group by period, attribute

    union all

    select
        'rpt_patients' as report,
        period,
        sum(decision_count) as decisions,
        sum(letter_count) as letters
    from {{ ref('rpt_patients') }}
    where patient_sex != 'all' and age_group != 'all'
    group by period

    union all

    select
        'rpt_days_to_decision ' || counted_from as report,
        period,
        null as decisions,
        sum(letter_count) as letters
    from {{ ref('rpt_days_to_decision') }}
    where priority != 'all'
    group by period, counted_from

    union all

    select
        'rpt_completeness ' || subject as report,
        period,
        sum(row_count) as decisions,
        null as letters
    from {{ ref('rpt_completeness') }}
    where result = 'decided' or subject = 'service'
    group by period, subject
),

reports as (
    select unnest([
        'rpt_volume', 'rpt_services', 'rpt_guideline_bases', 'rpt_patients',
        'rpt_letters decisions_per_letter', 'rpt_letters outcome', 'rpt_letters priority', 'rpt_letters template',
        'rpt_letters version', 'rpt_days_to_decision injury', 'rpt_days_to_decision denial',
        'rpt_days_to_decision application', 'rpt_days_to_decision assignment', 'rpt_completeness item',
        'rpt_completeness service'
    ]) as report
)

select
    reports.report,
    expected.period
from reports
cross join expected
left join counted on reports.report = counted.report and expected.period = counted.period
where
    coalesce(counted.decisions, counted.letters) is null
    or counted.decisions != expected.decisions
    or counted.letters != expected.letters

union all

-- Drugs are what rpt_services calls pharmaceuticals.
select
    'rpt_drugs' as report,
    services.period
from {{ ref('rpt_services') }} as services
left join {{ ref('rpt_drugs') }} as drugs on services.period = drugs.period and drugs.drug_group = 'all'
where
    services.service_category = 'Pharmaceuticals'
    and services.service_subcategory = 'all'
    and services.decision_count is distinct from drugs.decision_count

union all

-- All citations are counted, each for its side.
(
    with cited as (
        select
            decided_date_key // 10000 as year_number,
            cited_by,
            count(*) as citations
        from {{ ref('fct_guideline_citations') }}
        group by year_number, cited_by
    ),

    expected_of_sides as (
        select
            case year_number when 0 then 'not_stated' else coalesce(year_number::varchar, 'all') end as period,
            cited_by,
            sum(citations) as citations
        from cited
        group by grouping sets ((year_number, cited_by), (cited_by))
    ),

    counted_of_sides as (
        select
            period,
            cited_by,
            sum(citation_count) as citations
        from {{ ref('rpt_guidelines') }}
        where guideline_title != 'all'
        group by period, cited_by
    )

    select
        'rpt_guidelines ' || coalesce(expected_of_sides.cited_by, counted_of_sides.cited_by) as report,
        coalesce(expected_of_sides.period, counted_of_sides.period) as period
    from expected_of_sides
    full outer join counted_of_sides
        on
            expected_of_sides.period = counted_of_sides.period
            and expected_of_sides.cited_by = counted_of_sides.cited_by
    where expected_of_sides.citations is distinct from counted_of_sides.citations
)

union all

-- Reviewers may have several specialties and states, never none: without one they are not_stated.
select
    'rpt_reviewers ' || reviewers.credential as report,
    reviewers.period
from {{ ref('rpt_reviewers') }} as reviewers
inner join expected on reviewers.period = expected.period
group by reviewers.credential, reviewers.period, expected.decisions
having sum(reviewers.decision_count) < expected.decisions
