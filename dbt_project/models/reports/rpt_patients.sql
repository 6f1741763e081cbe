-- grain: letters about patients of one sex and age in one period, or all of them
-- Of a million letters most are like many others: those are counted first.
with letters as (
    {{
        decided_letters(ref('dim_determinations'), ref('fct_decisions'), ref('quality_quarantined_items'))
    }}
),

alike as (
    select
        decision_date_key // 10000 * 10000 as decision_date_key,
        patient_sex,
        patient_age,
        count(*) as letter_count,
        sum(decision_count) as decision_count,
        sum(overturned_count) as overturned_count
    from letters
    group by all
),

patients as (
    select
        {{ decision_year() }} as decision_year,
        coalesce(patient_sex, 'not_stated') as patient_sex,
        case
            when patient_age is null then 'not_stated'
            when patient_age < 25 then 'under 25'
            when patient_age < 35 then '25 to 34'
            when patient_age < 45 then '35 to 44'
            when patient_age < 55 then '45 to 54'
            when patient_age < 65 then '55 to 64'
            else '65 and over'
        end as age_group,
        letter_count,
        decision_count,
        overturned_count
    from alike
)

select
    {{ or_all('decision_year') }} as period,
    {{ or_all('patient_sex') }} as patient_sex,
    {{ or_all('age_group') }} as age_group,
    sum(letter_count)::bigint as letter_count,
    -- The largest row of a period is the one over all patients.
    {{ share('sum(letter_count)', 'max(sum(letter_count)) over (partition by decision_year)') }} as letter_share,
    sum(decision_count)::bigint as decision_count,
    {{ overturn_rate('sum(overturned_count)::bigint', 'sum(decision_count)::bigint') }}
from patients
group by cube (decision_year, patient_sex, age_group)
having count(*) > 0
