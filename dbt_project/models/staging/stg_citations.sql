-- grain: see _staging.yml; one to one with what extract wrote
select * from {{ source('staged', 'citations') }}
