-- grain: one disputed item of one letter that was read, with what both sides rely on and the promise it breaks, if any
-- Where somebody decided by hand what the letter leaves open, the item has it, and the number of what was said.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='letter_id') }}

with {{ due_letters('part_number', among='true') }},

bases as (
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
    {% if is_incremental() %}
        where
            part_number in (select due_letters.part_number from due_letters)
            and letter_id in (select due_letters.letter_id from due_letters)
    {% endif %}
    group by letter_id, item_number
),

items as (
    select
        items.letter_id,
        items.part_number,
        items.item_number,
        letters.determination_key,
        letters.determination_key || '-' || items.item_number as decision_key,
        coalesce(items.service_text, overrides.given_service_text) as service_text,
        services.service_key,
        services.service_category,
        services.mapping_method,
        coalesce(overrides.outcome, items.outcome) as outcome,
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
            else overrides.reviewer_basis
        end as reviewer_basis,
        coalesce(bases.is_same_guideline, false) as is_same_guideline,
        items.rationale_words,
        -- An item that the letter does not name has its paragraphs for evidence.
        coalesce(
            items.service_start,
            least(
                items.outcome_start, items.claims_guideline_start, items.reviewer_guideline_start, items.rationale_start
            )
        ) as span_start,
        coalesce(
            items.service_end,
            greatest(items.outcome_end, items.claims_guideline_end, items.reviewer_guideline_end, items.rationale_end)
        ) as span_end,
        overrides.override_number
    from due_letters as letters
    inner join {{ ref('stg_items') }} as items
        on letters.part_number = items.part_number and letters.letter_id = items.letter_id
    left join bases on items.letter_id = bases.letter_id and items.item_number = bases.item_number
    -- An override fits the item that it was given for, and gives what the letter leaves open: all of it, nothing else.
    left join {{ ref('int_overrides') }} as overrides
        on
            items.letter_id = overrides.letter_id
            and items.item_number = overrides.item_number
            and overrides.is_in_force
            and items.service_text is not distinct from overrides.service_text
            and (items.service_text is null) = (overrides.given_service_text is not null)
            and (items.outcome is null or coalesce(items.restated_outcome != items.outcome, false))
            = (overrides.outcome is not null)
            and (items.reviewer_guideline_text is null) = (overrides.reviewer_basis is not null)
    left join {{ ref('int_service_texts') }} as services
        on coalesce(items.service_text, overrides.given_service_text) = services.service_text
)

select
    *,
    case
        when outcome is null or service_text is null then 'missing_outcome'
        when restated_outcome != outcome and override_number is null then 'contradictory_outcome'
        when reviewer_basis is null then 'missing_guideline'
    end as quarantine_reason,
    case
        when service_text is null then 'The letter prints no item for these paragraphs.'
        when outcome is null then 'The letter prints no outcome of the item, or none that can be told.'
        when restated_outcome != outcome and override_number is null
            then 'The letter decides ' || outcome || ' in one place and ' || restated_outcome || ' in another.'
        when reviewer_basis is null then 'The letter does not say which guideline the reviewer relied on.'
    end as quarantine_detail
from items
