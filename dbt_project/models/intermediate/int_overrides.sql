-- grain: one thing said by hand of one quarantined item; of those said of one item the last counts
select
    *,
    override_number = max(override_number) over items as is_last_word,
    override_number = max(override_number) over items and action = 'release' as is_in_force
from {{ ref('stg_overrides') }}
window items as (partition by letter_id, item_number)
