-- grain: one value of one attribute of letters in one period
with letters as (
    {{ letters_with_decisions(ref('fct_decisions')) }}
),

attributes as (
    select
        letters.decision_year,
        letters.decision_count,
        letters.overturned_count,
        unnest(['decisions_per_letter', 'outcome', 'priority', 'template', 'version']) as attribute,
        unnest([
            letters.decision_count::varchar,
            case letters.overturned_count
                when 0 then 'upheld'
                when letters.decision_count then 'overturned'
                else 'partially_overturned'
            end,
            coalesce(determinations.priority, 'not_stated'),
            determinations.template,
            if(determinations.version > 1, 'amended', 'first')
        ]) as attribute_value
    from letters
    inner join {{ ref('dim_determinations') }} as determinations
        on letters.determination_key = determinations.determination_key
)

select
    {{ or_all('decision_year') }} as period,
    attribute,
    attribute_value,
    count(*) as letter_count,
    {{ share('count(*)', 'sum(count(*)) over (partition by decision_year, attribute)') }} as letter_share,
    sum(decision_count)::bigint as decision_count,
    {{ overturn_rate('sum(overturned_count)::bigint', 'sum(decision_count)::bigint') }}
from attributes
group by grouping sets ((decision_year, attribute, attribute_value), (attribute, attribute_value))
