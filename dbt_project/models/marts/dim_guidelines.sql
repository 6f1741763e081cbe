-- grain: one guideline or part of one, at the detail in which letters cite it
-- Letters print one topic in capitals and small letters; the spelling that sorts first is shown, so it does not depend
-- on the order of arrival.
select
    texts.guideline_key,
    any_value(texts.guideline_family) as guideline_family,
    any_value(texts.is_mtus) as is_mtus,
    any_value(texts.guideline_title) as guideline_title,
    any_value(texts.chapter_number) as chapter_number,
    min(texts.guideline_section) as section,
    any_value(texts.edition_year) as edition_year,
    min(texts.publisher) as publisher
from {{ ref('int_guideline_texts') }} as texts
where texts.guideline_key in (
    select distinct citations.guideline_key
    from {{ ref('int_citations') }} as citations
    where citations.letter_id not in {{ superseded_letters() }}
)
group by texts.guideline_key

union all by name

select
    'unknown' as guideline_key,
    'unknown' as guideline_family,
    false as is_mtus,
    'Unknown' as guideline_title
