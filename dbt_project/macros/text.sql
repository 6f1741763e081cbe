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
    coalesce(10000 * year({{ column }}) + 100 * month({{ column }}) + day({{ column }}), 0)::integer
{%- endmacro %}

{# A text after each step (pattern, replacement) in turn, everywhere in it. Every step is one call around the last;
   beyond 13 of them sqlfluff takes a model for nested too deeply to be read. #}
{% macro replace_patterns(text, steps) -%}
    {%- set replaced = namespace(sql=text) -%}
    {%- for pattern, replacement in steps -%}
        {%- set arguments = [replaced.sql, "'" ~ pattern.replace("'", "''") ~ "'", "'" ~ replacement ~ "'", "'g'"] -%}
        {%- set replaced.sql = "regexp_replace(" ~ arguments | join(", ") ~ ")" -%}
    {%- endfor -%}
    {{ replaced.sql }}
{%- endmacro %}
