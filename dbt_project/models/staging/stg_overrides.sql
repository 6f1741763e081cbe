-- grain: one thing said by hand of one quarantined item
-- A table and not a view: what is said while a refresh runs waits for the next one, whole.
{{ config(materialized='table') }}

select * from {{ source('lake', 'overrides') }}
