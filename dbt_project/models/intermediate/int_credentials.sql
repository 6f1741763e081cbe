-- grain: one specialty, subspecialty or state of one letter, in the vocabulary's spelling
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='letter_id') }}

with states as (
    select
        unnest([lower(state_name), lower(state_code)]) as alias,
        state_name,
        state_code
    from {{ ref('states') }}
)

select
    printed.letter_id,
    printed.part_number,
    printed.credential_kind,
    printed.credential_number,
    printed.credential_text,
    coalesce(states.state_name, specialties.specialty, printed.credential_text) as credential_name,
    -- A state that no list holds keeps its printed name as its code, so that it is seen and mended in the seed.
    case
        when printed.credential_kind = 'state' then coalesce(states.state_code, printed.credential_text)
    end as state_code
from {{ ref('stg_credentials') }} as printed
left join {{ ref('specialties') }} as specialties
    on printed.credential_kind != 'state' and lower(printed.credential_text) = specialties.alias
left join states
    on printed.credential_kind = 'state' and lower(printed.credential_text) = states.alias
where {{ is_new('printed.part_number') }}
