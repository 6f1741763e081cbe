-- grain: one item that was read but breaks a promise, and so stays out of the facts until its letter is mended
-- or the item is released by hand
select
    items.letter_id,
    letters.source_uri,
    items.item_number,
    items.service_text,
    items.quarantine_reason as reason_code,
    items.quarantine_detail as detail
from {{ ref('int_items') }} as items
inner join {{ ref('int_letter_versions') }} as letters on items.letter_id = letters.letter_id
where letters.is_current and items.quarantine_reason is not null
