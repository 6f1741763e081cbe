-- grain: one letter that was read; of the letters of one review, one is current
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='letter_id') }}

with letters_read as (
    select * replace (regexp_replace(upper(case_number), '\s', '', 'g') as case_number)
    from {{ ref('stg_letters') }}
    where reason_code is null and {{ is_new() }}
),

new_files as (
    select * from {{ ref('stg_received_files') }}
    where {{ is_new() }}
),

new_letters as (
    select
        letters.*,
        files.source_uri,
        files.received_at,
        coalesce(letters.case_number, 'letter-' || left(letters.letter_id, 16)) as determination_key,
        -- A letter without a case number is known by its place: what lies there now replaces what lay there before.
        coalesce(letters.case_number, files.source_uri) as review_key,
        letters.part_number as placed_part,
        0 as others_placed_part
    from letters_read as letters
    inner join new_files as files on letters.letter_id = files.letter_id and letters.part_number = files.part_number
    where not files.is_duplicate
),

letters as (
    select * from new_letters
    {% if is_incremental() %}
        union all by name
        select * exclude (is_replaced_in_place, version, is_current, changed_part) from {{ this }}
        where
            review_key in (
                select new_letters.review_key from new_letters
                union all
                select known.review_key from {{ this }} as known
                where known.letter_id in (select new_files.letter_id from new_files)
            )
            and letter_id not in (select new_letters.letter_id from new_letters)
    {% endif %}
),

-- Where new files brought letters of a review, also ones that had been received before.
placings as (
    select
        letters.review_key,
        letters.letter_id,
        new_files.source_uri,
        max(new_files.part_number) as part_number
    from new_files
    inner join letters on new_files.letter_id = letters.letter_id
    group by all
),

placed_again as (
    select
        letters.letter_id,
        max(placings.part_number) filter (where placings.letter_id = letters.letter_id) as own_part,
        max(placings.part_number) filter (where placings.letter_id != letters.letter_id) as others_part
    from letters
    inner join placings on letters.review_key = placings.review_key and letters.source_uri = placings.source_uri
    group by letters.letter_id
),

placed as (
    select
        letters.* replace (
            greatest(letters.placed_part, coalesce(placed_again.own_part, 0)) as placed_part,
            greatest(letters.others_placed_part, coalesce(placed_again.others_part, 0)) as others_placed_part
        )
    from letters
    left join placed_again on letters.letter_id = placed_again.letter_id
),

judged as (
    select
        *,
        -- Who lands another file in the place of one replaces it, whatever date either of them prints.
        others_placed_part > placed_part as is_replaced_in_place
    from placed
)

select
    *,
    row_number() over versions as version,
    row_number() over versions = count(*) over (partition by review_key) as is_current,
    max(greatest(placed_part, others_placed_part)) over (partition by review_key) as changed_part
from judged
-- The later decision replaces the earlier one, whichever arrived first; of two with one date, the one received last.
-- Parts are numbered in the order of their arrival; the clock may have been set back between two.
window
    versions as (
        partition by review_key
        order by not is_replaced_in_place, decision_date nulls first, placed_part, received_at, letter_id
    )
