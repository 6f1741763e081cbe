-- grain: one guideline cited for one item by one side, with the guideline it is
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='letter_id') }}

select
    citations.letter_id,
    citations.part_number,
    citations.item_number,
    citations.cited_by,
    citations.citation_number,
    citations.pages,
    citations.section_text,
    citations.citation_text,
    citations.span_start,
    citations.span_end,
    guidelines.guideline_key,
    guidelines.is_mtus
from {{ ref('stg_citations') }} as citations
inner join {{ ref('int_guideline_texts') }} as guidelines
    on
        citations.scheme is not distinct from guidelines.scheme
        and citations.guideline_text is not distinct from guidelines.guideline_text
        and citations.chapter_number is not distinct from guidelines.chapter_number
        and citations.section_text is not distinct from guidelines.section_text
        and citations.edition_year is not distinct from guidelines.edition_year
where {{ is_new('citations.part_number') }}
