-- grain: one expectation of one refresh
select * from {{ source('lake', 'checks') }}
