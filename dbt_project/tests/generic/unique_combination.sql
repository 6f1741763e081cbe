{# Rows whose values in `columns` stand together more than once. #}
{% test unique_combination(model, columns, touched_by=none) %}
    select {{ columns | join(', ') }}
    from {{ touched_rows(model, touched_by) }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}
