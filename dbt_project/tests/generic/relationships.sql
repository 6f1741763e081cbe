{# Rows whose key stands in no row of `to`, as dbt's own test finds them; also rows whose columns `alike` are not as
   in that row, where each of them has the name beside it: they stand here only to spare a join. #}
{% test relationships(model, column_name, to, field, alike={}, touched_by=none) %}
    select child.*
    from {{ touched_rows(model, touched_by) }} as child
    anti join {{ to }} as parent
        on child.{{ column_name }} = parent.{{ field }}
        {%- for ours, theirs in alike.items() %} and child.{{ ours }} = parent.{{ theirs }}{% endfor %}
    where child.{{ column_name }} is not null
{% endtest %}
