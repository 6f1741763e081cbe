{# Values that stand in more than one row, as dbt's own test finds them. #}
{% test unique(model, column_name, touched_by=none) %}
    select
        {{ column_name }} as unique_field,
        count(*) as n_records
    from {{ touched_rows(model, touched_by) }}
    where {{ column_name }} is not null
    group by {{ column_name }}
    having count(*) > 1
{% endtest %}
