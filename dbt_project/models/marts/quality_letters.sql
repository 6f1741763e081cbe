-- grain: one file received, read or not
with files as (
    select * from {{ ref('stg_received_files') }}
    -- A file that was put back after another had lain in its place is still one file; one that could not be opened once
    -- and could later is the later one.
    qualify
        row_number() over (partition by letter_id, source_uri order by part_number) = 1
        and (
        reason_code is distinct from 'unreadable'
        or count(*) filter (where reason_code is distinct from 'unreadable') over (partition by source_uri) = 0
        )
),

first_names as (
    select
        letter_id,
        source_uri
    from files
    where not is_duplicate
)

select
    files.letter_id,
    files.source_uri,
    case
        when coalesce(files.reason_code, letters.reason_code) is not null then 'rejected'
        when files.is_duplicate then 'duplicate'
        when versions.is_current then 'read'
        else 'superseded'
    end as status,
    coalesce(files.reason_code, letters.reason_code) as reason_code,
    case
        when coalesce(files.reason_code, letters.reason_code) is not null then coalesce(files.detail, letters.detail)
        when files.is_duplicate then 'The same bytes as ' || first_names.source_uri
        when not versions.is_current then 'A later letter replaces it: ' || current_versions.source_uri
    end as detail,
    files.received_at
from files
left join {{ ref('stg_letters') }} as letters on files.letter_id = letters.letter_id
left join {{ ref('int_letter_versions') }} as versions on files.letter_id = versions.letter_id
left join {{ ref('int_letter_versions') }} as current_versions
    on versions.review_key = current_versions.review_key and current_versions.is_current
left join first_names on files.letter_id = first_names.letter_id
