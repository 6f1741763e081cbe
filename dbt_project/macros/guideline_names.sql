{# How the name of a guideline is folded, cut into publisher and title, and shown. The seed `guidelines` holds its
   aliases folded already. #}

{# In small letters, with nothing but letters, digits and single spaces. #}
{% macro fold_guideline_name(column) -%}
    {%- set steps = [
        ("['’‘`®™]", ''),
        ('&', ' and '),
        ('[^a-z0-9]+', ' '),
    ] -%}
    trim({{ replace_patterns("strip_accents(lower(coalesce(" ~ column ~ ", '')))", steps) }})
{%- endmacro %}

{# Two columns: `brand`, the publisher's short name where the folded name says it and '' where not, and `core`, what is
   left without publisher, editions, years and filler: 'odg' and 'low back' of 'odg treatment index 13th edition web 2015
   low back chapter'. #}
{% macro guideline_name_parts(name) -%}
    {%- set publishers = {
        'odg': '\\bodg\\b|\\bo d g\\b|\\boff?ici?al disabilit[a-z]* guid[a-z]*\\b|\\bwork loss data institute\\b',
        'acoem': '\\bacoems?\\b|\\boccupational (and )?environmental medicines?\\b'
            ~ '|\\boccupational medicine practice guidelines?\\b',
    } -%}
    {#- What tells nothing of which guideline it is. -#}
    {%- set filler = [
        publishers['odg'], publishers['acoem'], '\\bamerican college of\\b', '\\bompg\\b', '\\btwc\\b', '\\btreatment index\\b',
        '\\btreatment in workers? comp(ensation)?\\b', '\\bprocedures? summary\\b',
        '\\bintegrated treatment disability duration guidelines?\\b', '\\b(practice |treatment )?guidelines?\\b',
        '\\b([0-9]+(st|nd|rd|th)|second|third|web|online|on line|internet|current|latest|revised|updated) (edition|version|ed)\\b',
        '\\b(edition|version|web|online|updated|revised)\\b', '\\b(19|20)[0-9][0-9]\\b', '\\b(chapters?|ch)( [0-9]+)?( and [0-9]+)?\\b',
        '\\bacute (and )?chronic\\b', '\\b(mtus|the|of)\\b',
    ] -%}
    case
        {%- for short_name, pattern in publishers.items() %}
            when regexp_matches({{ name }}, '{{ pattern }}') then '{{ short_name }}'
        {%- endfor %}
        else ''
    end as brand,
    trim(regexp_replace(regexp_replace({{ name }}, '{{ filler | join("|") }}', ' ', 'g'), ' +', ' ', 'g')) as core
{%- endmacro %}

{# For display: words in capitals throughout become a sentence; short ones ('MRI') are abbreviations. #}
{% macro guideline_display(column) -%}
    upper({{ column }}[1]) || if(
        {{ column }} = upper({{ column }}) and length({{ column }}) > 6, lower({{ column }}[2:]), {{ column }}[2:]
    )
{%- endmacro %}
