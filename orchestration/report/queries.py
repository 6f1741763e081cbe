"""What the page asks of the report tables. Each answer has few rows, however many letters there are.

Every dataset has `period`, the year that the reader chooses, and `choice`, what else there is to choose. Those that
rank names have `amount`, of letters or decisions, and the whole that each row is a part of.
"""

from __future__ import annotations

_RATE = "overturned_count, overturn_rate, overturn_rate_low, overturn_rate_high"
_MOST = "rows.amount desc, rows.name"


def _ranked(rows: str, wholes: str, order: str = _MOST, limit: int = 15) -> str:
    """SQL of the first so many names of each period and choice, beside their wholes."""
    return f"""
        with rows as ({rows}), wholes as ({wholes})
        select
            rows.*, wholes.amount as whole_amount, wholes.overturn_rate as whole_rate,
            wholes.overturn_rate_low as whole_low, wholes.overturn_rate_high as whole_high,
            rows.amount / wholes.amount as share,
            row_number() over (partition by rows.period, rows.choice order by {order}) as place
        from rows inner join wholes on rows.period = wholes.period and rows.choice = wholes.choice
        qualify place <= {limit}
        order by period, choice, place
    """


_VOLUME = f"""
    select
        period, 'all' as choice, decision_month as name, letter_count, decision_count,
        decision_count - overturned_count as upheld_count, {_RATE}
    from rpt_volume where decision_month != 'all' and period != 'all'
    union all
    select
        'all', 'all', period, letter_count, decision_count, decision_count - overturned_count, {_RATE}
    from rpt_volume where decision_month = 'all' and period != 'all'
    order by period, name
"""

_SERVICES = _ranked(
    f"""
    select period, 'all' as choice, service_category as name, decision_count as amount, decision_count, {_RATE}
    from rpt_services where service_subcategory = 'all' and service_category != 'all'
    union all
    select period, service_category, service_subcategory, decision_count, decision_count, {_RATE}
    from rpt_services where service_subcategory != 'all' and service_category != 'all'
    """,
    f"""
    select period, service_category as choice, decision_count as amount, {_RATE}
    from rpt_services where service_subcategory = 'all'
    """,
)

# A class or an ingredient that is rubbed in as well as swallowed stands in two groups.
_DRUGS = _ranked(
    f"""
    select
        period, choice, name || if(count(*) over (partition by period, choice, name) > 1, ' (' || kind || ')', '')
            as name,
        decision_count as amount, decision_count, {_RATE}
    from (
        select
            *,
            case when drug_class = 'all' then 'group' when drug_ingredient = 'all' then 'class' else 'ingredient' end
                as choice,
            case when drug_class = 'all' then if(drug_group = 'others', 'other drugs', drug_group)
                when drug_ingredient = 'all' then drug_class
                when drug_ingredient != 'unspecified' or drug_class = 'unspecified' then drug_ingredient
                else drug_class || ', unspecified' end as name,
            case when drug_ingredient = 'all' then drug_group
                when drug_group in ('topicals', 'compounds') then drug_group || ', ' || drug_class
                else drug_class end as kind
        from rpt_drugs where drug_group != 'all'
    )
    """,
    f"""
    select period, unnest(['group', 'class', 'ingredient']) as choice, decision_count as amount, {_RATE}
    from rpt_drugs where drug_group = 'all'
    """,
)

_REVIEWERS = _ranked(
    f"""
    select period, credential as choice, credential_name as name, decision_count as amount, decision_count, {_RATE}
    from rpt_reviewers
    """,
    f"""
    select
        period, unnest(['specialty', 'subspecialty', 'state']) as choice, decision_count as amount, {_RATE}
    from rpt_volume where decision_month = 'all'
    """,
)

_PATIENTS = _ranked(
    f"""
    select period, patient_sex as choice, age_group as name, letter_count as amount, decision_count, {_RATE}
    from rpt_patients where age_group != 'all'
    """,
    f"""
    select period, patient_sex as choice, letter_count as amount, {_RATE}
    from rpt_patients where age_group = 'all'
    """,
    order="rows.name != 'under 25', rows.name",
)

_LETTERS = _ranked(
    f"""
    select
        period, attribute as choice,
        attribute_value || case when attribute != 'decisions_per_letter' then '' when attribute_value = '1'
            then ' decision' else ' decisions' end as name,
        letter_count as amount, decision_count, {_RATE}
    from rpt_letters
    """,
    f"""
    select
        period, unnest(['decisions_per_letter', 'outcome', 'priority', 'template', 'version']) as choice,
        letter_count as amount, {_RATE}
    from rpt_volume where decision_month = 'all'
    """,
    order="if(rows.choice = 'decisions_per_letter', try_cast(split_part(rows.name, ' ', 1) as integer), -rows.amount), "
    "rows.name",
)

# The families, and the titles, that either side cites most. Both sides of one name stand side by side.
_GUIDELINES = """
    with rows as (
        select
            period, if(guideline_title = 'all', 'family', 'title') as choice,
            case when guideline_title = 'all' then guideline_family
                else replace(guideline_title, 'Official Disability Guidelines', 'ODG') end as name,
            cited_by,
            max(decision_count) as decision_count, max(decision_share) as decision_share,
            max(both_sides_share) as both_sides_share, round(max(decision_count) / max(decision_share)) as whole_amount
        from rpt_guidelines where guideline_family != 'all'
        group by all
    )
    select *, dense_rank() over (partition by period, choice order by most desc, name) as place
    from (select *, max(decision_share) over (partition by period, choice, name) as most from rows)
    qualify place <= 12
    order by period, choice, place, cited_by
"""


# What reviewers cite for the kinds of service that are disputed most; the page would grow with the others.
_SERVICE_GUIDELINES = _ranked(
    f"""
    select
        period, service_subcategory as choice,
        replace(guideline_title, 'Official Disability Guidelines', 'ODG') as name,
        decision_count as amount, decision_count, {_RATE}
    from rpt_service_guidelines semi join (
        from rpt_services where period = 'all' and service_subcategory not in ('all', 'unspecified')
        order by decision_count desc, service_subcategory limit 20
    ) using (service_category, service_subcategory)
    """,
    f"""
    select period, service_subcategory as choice, decision_count as amount, {_RATE}
    from rpt_services where service_subcategory != 'all'
    """,
    limit=8,
)


def _basis(column: str) -> str:
    return f"""
        case {column} when 'mtus' then 'MTUS' when 'non_mtus' then 'others' when 'none' then 'nothing'
            when 'not_stated' then 'not stated' else {column} end as {column}
    """


_BASES = f"""
    select
        period, service_category as choice, {_basis("claims_basis")}, {_basis("reviewer_basis")},
        decision_count, decision_share, {_RATE}
    from rpt_guideline_bases where claims_basis != 'all' and reviewer_basis != 'all'
    order by period, choice, claims_basis, reviewer_basis
"""

_AGREEMENT = """
    select
        period, service_category as choice,
        max(decision_count) filter (where reviewer_basis = 'all') as decision_count,
        max(same_guideline_count) filter (where reviewer_basis = 'all') as same_guideline_count,
        coalesce(max(decision_count) filter (where reviewer_basis = 'none'), 0) as no_evidence_count
    from rpt_guideline_bases where claims_basis = 'all' and reviewer_basis in ('all', 'none')
    group by all
    order by period, choice
"""

_DAYS = """
    select
        period, 'all' as choice, counted_from, priority,
        counted_from || ', ' || case priority when 'all' then 'all letters' when 'not_stated'
            then 'priority not stated' else priority end as name,
        letter_count, dated_letter_count, days_median, days_p90,
        row_number() over (
            partition by period
            order by list_position(['application', 'assignment', 'denial'], counted_from), priority != 'all', priority
        ) as place
    from rpt_days_to_decision where dated_letter_count > 0 and counted_from != 'injury'
    order by period, place
"""

DATASETS = {
    "volume": _VOLUME,
    "services": _SERVICES,
    "drugs": _DRUGS,
    "guidelines": _GUIDELINES,
    "service_guidelines": _SERVICE_GUIDELINES,
    "bases": _BASES,
    "agreement": _AGREEMENT,
    "reviewers": _REVIEWERS,
    "patients": _PATIENTS,
    "letters": _LETTERS,
    "days": _DAYS,
}
TOTALS = "from rpt_volume where decision_month = 'all' order by period"
COMPLETENESS = """
    select subject, result, reason, row_count, row_share
    from rpt_completeness where period = 'all' order by subject, row_count desc, result, reason
"""
CHECKS = """
    select suite, expectation, column_name, severity, is_met, rows_checked, rows_unexpected
    from quality_checks where refresh_id = (select refresh_id from publication)
    order by is_met, severity, suite, expectation, column_name
"""
