-- grain: one disputed item of one letter that was read, with what both sides rely on and the promise it breaks, if any
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='letter_id') }}

with bases as (
    select
        letter_id,
        item_number,
        bool_or(is_mtus) filter (where cited_by = 'claims_administrator') as claims_mtus,
        bool_or(not is_mtus) filter (where cited_by = 'claims_administrator') as claims_non_mtus,
        bool_or(is_mtus) filter (where cited_by = 'reviewer') as reviewer_mtus,
        bool_or(not is_mtus) filter (where cited_by = 'reviewer') as reviewer_non_mtus,
        len(list_intersect(
            list(guideline_key) filter (where cited_by = 'claims_administrator'),
            list(guideline_key) filter (where cited_by = 'reviewer')
        )) > 0 as is_same_guideline
    from {{ ref('int_citations') }}
    where {{ is_new() }}
    group by letter_id, item_number
),

items as (
    select
        items.letter_id,
        items.part_number,
        items.item_number,
        letters.determination_key,
        letters.determination_key || '-' || items.item_number as decision_key,
        items.service_text,
        services.service_key,
        items.outcome,
        items.restated_outcome,
        items.quantity,
        services.laterality,
        items.spine_levels,
        items.strength,
        case
            when items.claims_guideline_text is null then 'not_stated'
            else {{ basis('bases.claims_mtus', 'bases.claims_non_mtus') }}
        end as claims_basis,
        -- A reviewer that says nothing of its guideline is no answer, unlike one that says it cited none.
        case
            when items.reviewer_guideline_text is not null
                then {{ basis('bases.reviewer_mtus', 'bases.reviewer_non_mtus') }}
        end as reviewer_basis,
        coalesce(bases.is_same_guideline, false) as is_same_guideline,
        items.rationale_words,
        items.service_start as span_start,
        items.service_end as span_end
    from {{ ref('stg_items') }} as items
    inner join {{ ref('int_letter_versions') }} as letters on items.letter_id = letters.letter_id
    left join bases on items.letter_id = bases.letter_id and items.item_number = bases.item_number
    left join {{ ref('int_service_texts') }} as services on items.service_text = services.service_text
    where {{ is_new('items.part_number') }}
)

select
    *,
    case
        when outcome is null or service_text is null then 'missing_outcome'
        when restated_outcome != outcome then 'contradictory_outcome'
        when reviewer_basis is null then 'missing_guideline'
    end as quarantine_reason,
    case
        when service_text is null then 'The letter prints no item for these paragraphs.'
        when outcome is null then 'The letter prints no outcome of the item, or none that can be told.'
        when restated_outcome != outcome
            then 'The letter decides ' || outcome || ' in one place and ' || restated_outcome || ' in another.'
        when reviewer_basis is null then 'The letter does not say which guideline the reviewer relied on.'
    end as quarantine_detail
from items
