{# Distinct values, alphabetical, in one text: 'CA; OH; PA'. Null where there is none. #}
{% macro sorted_list(column, condition) -%}
    array_to_string(list_sort(list(distinct {{ column }}) filter (where {{ condition }})), '; ')
{%- endmacro %}

{# What kinds of guideline one side cites; a paragraph without citations says that nothing was cited. #}
{% macro basis(mtus, non_mtus) -%}
    case
        when {{ mtus }} and {{ non_mtus }} then 'both'
        when {{ mtus }} then 'mtus'
        when {{ non_mtus }} then 'non_mtus'
        else 'none'
    end
{%- endmacro %}

{# A day as yyyymmdd; 0 where there is none. #}
{% macro date_key(column) -%}
    coalesce(strftime({{ column }}, '%Y%m%d')::integer, 0)
{%- endmacro %}
