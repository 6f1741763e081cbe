{# Parts of the lake are numbered. `state.publication` says up to which part the published warehouse has read.
   Models take what lies above it: a refresh that died or was refused leaves the number as it was,
   so the next one takes the same rows again and ends in the same tables. #}

{% macro published_part() -%}
    (select coalesce(max(part_number), 0) from {{ source('state', 'publication') }})
{%- endmacro %}

{% macro is_new(column='part_number') -%}
    {{ column }} > {{ published_part() }}
{%- endmacro %}

{# Determinations that a new letter is now the current version of. Their rows in a mart go before the new ones come,
   also where the new version gives none (all its items quarantined). A pre-hook, so in the same transaction. #}
{% macro forget_replaced(key='determination_key') -%}
    {% if is_incremental() %}
        delete from {{ this }}
        where {{ key }} in (
            select old.determination_key
            from {{ ref('int_letter_versions') }} as old
            inner join {{ ref('int_letter_versions') }} as new on old.review_key = new.review_key
            where new.is_current and {{ is_new('new.part_number') }}
        )
    {% else %}
        select 1
    {% endif %}
{%- endmacro %}
