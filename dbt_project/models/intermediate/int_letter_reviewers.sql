-- grain: one letter that was read and states credentials, with the profile of its reviewer
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='letter_id') }}

with profiles as (
    select
        letter_id,
        any_value(part_number) as part_number,
        {{ sorted_list('credential_name', "credential_kind = 'specialty'") }} as specialties,
        {{ sorted_list('credential_name', "credential_kind = 'subspecialty'") }} as subspecialties,
        {{ sorted_list('state_code', "credential_kind = 'state'") }} as licensed_states,
        bool_or(state_code = 'CA') filter (where credential_kind = 'state') as is_california_licensed
    from {{ ref('int_credentials') }}
    where {{ is_new() }}
    group by letter_id
)

select
    *,
    md5(
        concat_ws('|', coalesce(specialties, ''), coalesce(subspecialties, ''), coalesce(licensed_states, ''))
    ) as reviewer_key
from profiles
