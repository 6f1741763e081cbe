{# What the report tables have in common: years, totals, shares, and overturn rates with their interval. #}

{# The year of the decision, out of its date key; `not_stated` where the letter prints no date. #}
{% macro decision_year(date_key='decision_date_key') -%}
    if({{ date_key }} = 0, 'not_stated', ({{ date_key }} // 10000)::varchar)
{%- endmacro %}

{# A column of grouping sets: `all` in the rows that go over all its values. Before, the column must not be null. #}
{% macro or_all(column) -%}
    coalesce({{ column }}, 'all')
{%- endmacro %}

{# Null where the whole is 0. #}
{% macro share(part, whole) -%}
    ({{ part }}) / nullif({{ whole }}, 0)
{%- endmacro %}

{# One bound of the Wilson score interval (95 %) of a share: E. B. Wilson, Journal of the American Statistical
   Association 22 (1927), 209. Unlike the usual interval it holds for few rows, and for shares of 0 and 1. Six digits;
   null where the whole is 0. #}
{% macro wilson_bound(part, whole, bound) -%}
    {%- set z = 1.959963984540054 -%}
    {%- set sign, edge = ('-', '0') if bound == 'low' else ('+', whole) -%}
    round(case
        when {{ whole }} = 0 then null
        when {{ part }} = {{ edge }} then {{ 0 if bound == 'low' else 1 }}
        else (
            {{ part }} + {{ z * z / 2 }}
            {{ sign }} {{ z }} * sqrt({{ part }} * ({{ whole }} - {{ part }}) / {{ whole }} + {{ z * z / 4 }})
        ) / ({{ whole }} + {{ z * z }})
    end::double, 6)
{%- endmacro %}

{# Four columns: how many of the decisions are overturned, their share, and between which bounds it lies. #}
{% macro overturn_rate(overturned='count(*) filter (where is_overturned)', decisions='count(*)') -%}
    {{ overturned }} as overturned_count,
    {{ share(overturned, decisions) }} as overturn_rate,
    {{ wilson_bound(overturned, decisions, 'low') }} as overturn_rate_low,
    {{ wilson_bound(overturned, decisions, 'high') }} as overturn_rate_high
{%- endmacro %}

{# One row for each letter with a decision: what is known of it, its date, how many decisions it holds, and how many are
   overturned. A letter without items that are held back has as many as it has items; only those of the others are
   counted. #}
{% macro decided_letters(letters, decisions, held_items) -%}
    with held as (
        select distinct letter_id from {{ held_items }}
    ),

    counted as (
        select
            determination_key,
            count(*) as decision_count,
            count(*) filter (where is_overturned) as overturned_count
        from {{ decisions }}
        where
            determination_key in (
                select letters.determination_key from {{ letters }} as letters
                where letters.letter_id in (select held.letter_id from held)
            )
        group by determination_key
    )

    select
        *,
        {{ date_key('decision_date') }} as decision_date_key,
        item_count as decision_count
    from {{ letters }}
    where determination_key != 'unknown' and letter_id not in (select held.letter_id from held)

    union all by name

    select
        letters.* replace (counted.overturned_count as overturned_count),
        {{ date_key('letters.decision_date') }} as decision_date_key,
        counted.decision_count
    from {{ letters }} as letters
    inner join counted on letters.determination_key = counted.determination_key
{%- endmacro %}
