{# Rows of a report that break what all reports keep: one row a grain, closed sets, and a rate within its interval.

   `grain`: the columns that tell a row. `one_of`: closed sets by column. #}
{% test report_rows(model, grain, one_of={}) %}
    {%- set columns = adapter.get_columns_in_relation(model) | map(attribute='name') | list if execute else [] %}
    select *
    from {{ model }}
    qualify
        count(*) over (partition by {{ grain | join(', ') }}) > 1
    {%- for column, values in one_of.items() %}
        or {{ column }} not in ('{{ values | join("', '") }}')
    {%- endfor %}
    {%- for column in columns if column.endswith('_share') or column.endswith('_rate') %}
        or coalesce({{ column }} not between 0 and 1, true)
    {%- endfor %}
    {%- if 'overturn_rate' in columns %}
        or overturn_rate not between overturn_rate_low and overturn_rate_high
        or overturned_count > decision_count
    {%- endif %}
{% endtest %}
