-- grain: one expectation of one refresh
-- A view: the audit that follows this build writes its results beside the older ones, and publication reads them all.
{{ config(materialized='view') }}

select
    refresh_id,
    checked_at,
    suite,
    expectation,
    column_name,
    severity,
    is_met,
    rows_checked::integer as rows_checked,
    rows_unexpected::integer as rows_unexpected
from {{ ref('stg_checks') }}
