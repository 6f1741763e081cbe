{# Rows that lack a value in one of `columns`. One test a table: each node costs dbt a tenth of a second. #}
{% test always_stated(model, columns) %}
    select *
    from {{ model }}
    where {% for column in columns %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
