-- grain: one value of one attribute of letters in one period
-- Of a million letters most are like many others: those are counted first, and looked at once for each attribute.
with letters as (
    {{
        decided_letters(ref('dim_determinations'), ref('fct_decisions'), ref('quality_quarantined_items'))
    }}
),

alike as (
    select
        decision_date_key // 10000 * 10000 as decision_date_key,
        decision_count,
        overturned_count,
        priority,
        template,
        version > 1 as is_amended,
        count(*) as letter_count
    from letters
    group by all
),

attributes as (
    select
        {{ decision_year() }} as decision_year,
        letter_count,
        letter_count * decision_count as decision_count,
        letter_count * overturned_count as overturned_count,
        unnest(['decisions_per_letter', 'outcome', 'priority', 'template', 'version']) as attribute,
        unnest([
            decision_count::varchar,
            case overturned_count
                when 0 then 'upheld'
                when decision_count then 'overturned'
                else 'partially_overturned'
            end,
            coalesce(priority, 'not_stated'),
            template,
            if(is_amended, 'amended', 'first')
        ]) as attribute_value
    from alike
)

select
    {{ or_all('decision_year') }} as period,
    attribute,
    attribute_value,
    sum(letter_count)::bigint as letter_count,
    {{ share('sum(letter_count)', 'sum(sum(letter_count)) over (partition by decision_year, attribute)') }}
        as letter_share,
    sum(decision_count)::bigint as decision_count,
    {{ overturn_rate('sum(overturned_count)::bigint', 'sum(decision_count)::bigint') }}
from attributes
group by grouping sets ((decision_year, attribute, attribute_value), (attribute, attribute_value))
