{# The body region and the side that the text of a disputed item names. #}

{# text_id and the region ('region') or side ('side') it names, as `column`; no row where it names none or several. #}
{% macro only_match(kind, column) -%}
    select
        text_id,
        any_value(name) as {{ column }}
    from matches
    where kind = '{{ kind }}'
    group by text_id
    having count(distinct name) = 1
{%- endmacro %}

{# 'Hardware removal, right ankle': an operation that is done anywhere is counted with its region's operations. #}
{% macro surgery_by_region(category, subcategory, body_region) -%}
    case
        when {{ category }} <> 'Surgery' or coalesce({{ subcategory }}, 'Other surgery') <> 'Other surgery' then {{ subcategory }}
        else case {{ body_region }}
            when 'cervical spine' then 'Spine surgery'
            when 'thoracic spine' then 'Spine surgery'
            when 'lumbar spine' then 'Spine surgery'
            when 'shoulder' then 'Shoulder surgery'
            when 'elbow' then 'Elbow surgery'
            when 'wrist/hand' then 'Hand surgery'
            when 'hip' then 'Hip surgery'
            when 'knee' then 'Knee surgery'
            when 'ankle/foot' then 'Foot and ankle surgery'
            else 'Other surgery'
        end
    end
{%- endmacro %}
