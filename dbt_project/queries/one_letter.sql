-- What does the latest letter decide, item by item, and with which words?
select
    determination_key,
    item_number,
    service_text,
    outcome,
    reviewer_guideline_text,
    rationale_text
from fct_decisions
inner join decision_texts using (decision_key)
where
    determination_key = (
        select max_by(determination_key, (coalesce(decision_date, date '1900-01-01'), determination_key))
        from dim_determinations
    )
order by item_number
