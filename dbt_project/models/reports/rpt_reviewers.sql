-- grain: one specialty, subspecialty or state of licensure of reviewers in one period
-- A reviewer with two specialties counts once for each.
with credentials as (
    select
        reviewer_key,
        if(is_subspecialty, 'subspecialty', 'specialty') as credential,
        specialty as credential_name
    from {{ ref('bridge_reviewer_specialties') }}

    union all

    select
        reviewer_key,
        'state' as credential,
        state_code as credential_name
    from {{ ref('bridge_reviewer_states') }}
),

kinds as (
    select unnest(['specialty', 'subspecialty', 'state']) as credential
),

profiles as (
    select
        reviewers.reviewer_key,
        kinds.credential,
        coalesce(credentials.credential_name, 'not_stated') as credential_name
    from {{ ref('dim_reviewers') }} as reviewers
    cross join kinds
    left join credentials
        on reviewers.reviewer_key = credentials.reviewer_key and kinds.credential = credentials.credential
),

-- Reviewers have few profiles: their decisions are counted before they are multiplied.
decisions as (
    select
        {{ or_all(decision_year()) }} as period,
        reviewer_key,
        count(*) as decision_count,
        count(*) filter (where is_overturned) as overturned_count
    from {{ ref('fct_decisions') }}
    group by grouping sets (({{ decision_year() }}, reviewer_key), (reviewer_key))
),

periods as (
    select
        period,
        sum(decision_count) as decisions_of_period
    from decisions
    group by period
),

counted as (
    select
        decisions.period,
        profiles.credential,
        profiles.credential_name,
        sum(decisions.decision_count)::bigint as decision_count,
        sum(decisions.overturned_count)::bigint as overturned_count
    from decisions
    inner join profiles on decisions.reviewer_key = profiles.reviewer_key
    group by decisions.period, profiles.credential, profiles.credential_name
)

select
    counted.period,
    counted.credential,
    counted.credential_name,
    counted.decision_count,
    {{ share('counted.decision_count', 'periods.decisions_of_period') }} as decision_share,
    {{ overturn_rate('counted.overturned_count', 'counted.decision_count') }}
from counted
inner join periods on counted.period = periods.period
