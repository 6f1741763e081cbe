-- grain: letters about patients of one sex and age in one period, or all of them
with letters as (
    {{ letters_with_decisions(ref('fct_decisions')) }}
),

patients as (
    select
        letters.decision_year,
        coalesce(determinations.patient_sex, 'not_stated') as patient_sex,
        case
            when determinations.patient_age is null then 'not_stated'
            when determinations.patient_age < 25 then 'under 25'
            when determinations.patient_age < 35 then '25 to 34'
            when determinations.patient_age < 45 then '35 to 44'
            when determinations.patient_age < 55 then '45 to 54'
            when determinations.patient_age < 65 then '55 to 64'
            else '65 and over'
        end as age_group,
        letters.decision_count,
        letters.overturned_count
    from letters
    inner join {{ ref('dim_determinations') }} as determinations
        on letters.determination_key = determinations.determination_key
)

select
    {{ or_all('decision_year') }} as period,
    {{ or_all('patient_sex') }} as patient_sex,
    {{ or_all('age_group') }} as age_group,
    count(*) as letter_count,
    -- The largest row of a period is the one over all patients.
    {{ share('count(*)', 'max(count(*)) over (partition by decision_year)') }} as letter_share,
    sum(decision_count)::bigint as decision_count,
    {{ overturn_rate('sum(overturned_count)::bigint', 'sum(decision_count)::bigint') }}
from patients
group by cube (decision_year, patient_sex, age_group)
having count(*) > 0
