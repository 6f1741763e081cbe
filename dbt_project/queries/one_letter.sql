-- What does the latest letter decide, item by item, and with which words?
-- Texts are long. Where they stand is found first, so that only those are read.
with decided as materialized (
    select
        decision_key,
        determination_key,
        item_number,
        service_text,
        outcome
    from fct_decisions
    where
        determination_key = (
            select max_by(determination_key, (coalesce(decision_date, date '1900-01-01'), determination_key))
            from dim_determinations
        )
),

placed as materialized (
    select
        decided.*,
        decision_texts.rowid as place
    from decided
    inner join decision_texts on decided.decision_key = decision_texts.decision_key
)

select
    placed.determination_key,
    placed.item_number,
    placed.service_text,
    placed.outcome,
    decision_texts.reviewer_guideline_text,
    decision_texts.rationale_text
from placed
inner join decision_texts on placed.place = decision_texts.rowid
order by placed.item_number
