-- grain: one file received, read or not
-- What became of the files of a place changes when a new file lies there, or elsewhere one of the same review: the
-- rows of such places go, and come anew from all that was ever received there.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_touched_places() }}"
) }}

with files as (
    select * from {{ ref('stg_received_files') }}
    {% if is_incremental() %}
        where source_uri in {{ touched_places() }}
    {% endif %}
    -- A file that was put back after another had lain in its place is still one file; one that could not be opened once
    -- and could later is the later one. What was received again, as the letter that it repeats got lost, is the letter.
    qualify
        row_number() over (partition by letter_id, source_uri order by is_duplicate, part_number) = 1
        and (
        reason_code is distinct from 'unreadable'
        or count(*) filter (where reason_code is distinct from 'unreadable') over (partition by source_uri) = 0
        )
),

rejected as (
    select
        letter_id,
        reason_code,
        detail
    from {{ ref('stg_letters') }}
    where reason_code is not null
)

select
    files.letter_id,
    files.source_uri,
    case
        when coalesce(files.reason_code, rejected.reason_code) is not null then 'rejected'
        when files.is_duplicate then 'duplicate'
        when versions.is_current then 'read'
        else 'superseded'
    end as status,
    coalesce(files.reason_code, rejected.reason_code) as reason_code,
    case
        when coalesce(files.reason_code, rejected.reason_code) is not null then coalesce(files.detail, rejected.detail)
        when files.is_duplicate then 'The same bytes as ' || versions.source_uri
        when not versions.is_current then 'A later letter replaces it: ' || current_versions.source_uri
    end as detail,
    files.received_at
from files
left join rejected on files.letter_id = rejected.letter_id
left join {{ ref('int_letter_versions') }} as versions on files.letter_id = versions.letter_id
left join {{ ref('int_letter_versions') }} as current_versions
    on not versions.is_current and versions.review_key = current_versions.review_key and current_versions.is_current
