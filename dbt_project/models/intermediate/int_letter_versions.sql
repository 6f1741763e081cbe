-- grain: one letter that was read; of the letters of one review, one is current
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='letter_id') }}

with letters_read as (
    select * replace (regexp_replace(upper(case_number), '\s', '', 'g') as case_number)
    from {{ ref('stg_letters') }}
    where reason_code is null and {{ is_new() }}
),

new_letters as (
    select
        letters.*,
        files.source_uri,
        files.received_at,
        coalesce(letters.case_number, 'letter-' || left(letters.letter_id, 16)) as determination_key,
        -- A letter without a case number is known by its place: what lies there now replaces what lay there before.
        coalesce(letters.case_number, files.source_uri) as review_key
    from letters_read as letters
    inner join {{ ref('stg_received_files') }} as files
        on letters.letter_id = files.letter_id and letters.part_number = files.part_number
    where not files.is_duplicate
),

letters as (
    select * from new_letters
    {% if is_incremental() %}
        union all by name
        select * exclude (is_replaced_in_place, version, is_current, changed_part) from {{ this }}
        where
            review_key in (select new_letters.review_key from new_letters)
            and letter_id not in (select new_letters.letter_id from new_letters)
    {% endif %}
),

placed as (
    select
        *,
        -- Who lands another file in the place of one replaces it, whatever date either of them prints.
        part_number < max(part_number) over (partition by review_key, source_uri) as is_replaced_in_place
    from letters
)

select
    *,
    row_number() over versions as version,
    row_number() over versions = count(*) over (partition by review_key) as is_current,
    max(part_number) over (partition by review_key) as changed_part
from placed
-- The later decision replaces the earlier one, whichever arrived first; of two with one date, the one received last.
-- Parts are numbered in the order of their arrival; the clock may have been set back between two.
window
    versions as (
        partition by review_key
        order by not is_replaced_in_place, decision_date nulls first, part_number, received_at, letter_id
    )
