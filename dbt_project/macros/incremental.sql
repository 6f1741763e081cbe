{# Parts of the lake are numbered. `state.publication` says up to which part the published warehouse has read.
   Models take what lies above it: a refresh that died or was refused leaves the number as it was,
   so the next one takes the same rows again and ends in the same tables. #}

{% macro published_part() -%}
    (select coalesce(max(part_number), 0) from {{ source('state', 'publication') }})
{%- endmacro %}

{% macro is_new(column='part_number') -%}
    {{ column }} > {{ published_part() }}
{%- endmacro %}

{# Things said by hand are numbered as well, and what was said since the publication makes its letter due again: all its
   items are judged anew, and its rows in the facts go and come back. #}
{% macro is_said_of(letter_id) -%}
    {{ letter_id }} in (
        select letter_id from {{ ref('stg_overrides') }}
        where override_number > (select coalesce(max(override_number), 0) from {{ source('state', 'publication') }})
    )
{%- endmacro %}

{# Letters that are due, as a CTE: the current ones whose rows the facts lack, or have older. Found first and by itself:
   of large tables that are joined to it only what may match is read, and not all of it before the most is left out.
   Join by part as well: rows lie in the order of their parts, so that those of older ones are not even looked at.
   Where everything is built anew all letters are due, and DuckDB has to see it: else it may hold the texts in memory,
   and not the keys. #}
{% macro due_letters(part_number='changed_part', among='is_current') -%}
    due_letters as {{ 'materialized' if is_incremental() else 'not materialized' }} (
        {%- set reasons = [is_new(part_number), is_said_of('letter_id')] %}
        {%- for is_due in reasons[:2 if is_incremental() else 1] %}
        {{- ' union ' if not loop.first }}
        select
            letter_id,
            part_number,
            determination_key,
            decision_date
        from {{ ref('int_letter_versions') }}
        where {{ among }} and {{ is_due }}
        {%- endfor %}
    )
{%- endmacro %}

{# Letters that another one of their review replaces: few, so that to leave them out costs less than to join all that
   are current. #}
{% macro superseded_letters() -%}
    (select letter_id from {{ ref('int_letter_versions') }} where not is_current)
{%- endmacro %}

{# Places of which a new part tells what became of their files: where new files lie, and where letters lie of the
   reviews that new files belong to. #}
{% macro touched_places() -%}
    (
        select source_uri from {{ ref('stg_received_files') }} where {{ is_new() }}
        union all
        select source_uri from {{ ref('int_letter_versions') }} where {{ is_new('changed_part') }}
    )
{%- endmacro %}

{% macro forget_touched_places() -%}
    {% if is_incremental() %}
        delete from {{ this }} where source_uri in {{ touched_places() }}
    {% else %}
        select 1
    {% endif %}
{%- endmacro %}

{# Determinations of reviews that a new letter belongs to, or whose current letter is due for what was said by hand. #}
{% macro touched_determinations() -%}
    (
        select determination_key from {{ ref('int_letter_versions') }} where {{ is_new('changed_part') }}
        union all
        select determination_key from {{ ref('int_letter_versions') }} where is_current and {{ is_said_of('letter_id') }}
    )
{%- endmacro %}

{# Their rows in a mart go before the new ones come, also where none come (all items quarantined). A pre-hook, so in the
   same transaction. #}
{% macro forget_touched_determinations(key='determination_key') -%}
    {% if is_incremental() %}
        delete from {{ this }} where {{ key }} in {{ touched_determinations() }}
    {% else %}
        select 1
    {% endif %}
{%- endmacro %}

{# What a test looks at in a large table: the rows that this build touched, for what the audit counts over all rows.
   `touched_by` is the column to find them by; without it all are meant. #}
{% macro touched_rows(relation, touched_by=none) -%}
    {%- if touched_by is none -%}
        {{ relation }}
    {%- elif touched_by == 'decision_key' -%}
        (
            select * from {{ relation }}
            where decision_key in (
                select decision_key from {{ ref('int_items') }}
                where determination_key in {{ touched_determinations() }}
            )
        )
    {%- elif touched_by == 'source_uri' -%}
        (select * from {{ relation }} where source_uri in {{ touched_places() }})
    {%- elif touched_by == 'determination_key' -%}
        (select * from {{ relation }} where determination_key in {{ touched_determinations() }})
    {%- else -%}
        {{ exceptions.raise_compiler_error("No rows are found by " ~ touched_by) }}
    {%- endif -%}
{%- endmacro %}
