-- grain: one file received
select
    letter_id,
    source_uri,
    part_number,
    refresh_id,
    received_at,
    byte_count,
    encoding,
    reason_code,
    detail,
    is_duplicate
from {{ source('lake', 'letters') }}
