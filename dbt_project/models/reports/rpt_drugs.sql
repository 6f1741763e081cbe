-- grain: one ingredient of one class of drugs in one period, or all of them
with decisions as (
    select
        {{ decision_year('decisions.decision_date_key') }} as decision_year,
        services.service_category = 'Pharmaceuticals' as is_drug,
        case
            when services.service_subcategory = 'Compounded topicals' then 'compounds'
            when services.service_subcategory = 'Topical analgesics' then 'topicals'
            when services.is_opioid then 'opioids'
            else 'others'
        end as drug_group,
        coalesce(services.drug_class, 'unspecified') as drug_class,
        coalesce(services.drug_ingredient, 'unspecified') as drug_ingredient,
        services.is_opioid,
        decisions.is_overturned
    from {{ ref('fct_decisions') }} as decisions
    inner join {{ ref('dim_services') }} as services on decisions.service_key = services.service_key
),

periods as (
    select
        {{ or_all('decision_year') }} as period,
        count(*) as decisions_of_period,
        count(*) filter (where is_drug) as drugs_of_period
    from decisions
    group by grouping sets ((decision_year), ())
),

drugs as (
    select
        {{ or_all('decision_year') }} as period,
        {{ or_all('drug_group') }} as drug_group,
        {{ or_all('drug_class') }} as drug_class,
        {{ or_all('drug_ingredient') }} as drug_ingredient,
        count(*) as decision_count,
        count(*) filter (where is_opioid) as opioid_count,
        {{ overturn_rate() }}
    from decisions
    where is_drug
    group by grouping sets (
        (decision_year, drug_group, drug_class, drug_ingredient), (decision_year, drug_group, drug_class),
        (decision_year, drug_group), (decision_year),
        (drug_group, drug_class, drug_ingredient), (drug_group, drug_class), (drug_group), ()
    )
    having count(*) > 0
)

select
    drugs.period,
    drugs.drug_group,
    drugs.drug_class,
    drugs.drug_ingredient,
    drugs.decision_count,
    {{ share('drugs.decision_count', 'periods.decisions_of_period') }} as decision_share,
    {{ share('drugs.decision_count', 'periods.drugs_of_period') }} as drug_share,
    drugs.opioid_count,
    drugs.overturned_count,
    drugs.overturn_rate,
    drugs.overturn_rate_low,
    drugs.overturn_rate_high
from drugs
inner join periods on drugs.period = periods.period
