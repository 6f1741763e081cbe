-- grain: one distinct way in which letters name a guideline or part of one, with the guideline it is
{{ config(materialized='incremental', incremental_strategy='append') }}

with texts as (
    select distinct
        citations.scheme,
        citations.guideline_text,
        citations.chapter_number,
        citations.section_text,
        citations.edition_year
    from {{ ref('stg_citations') }} as citations
    {% if is_incremental() %}
        where
            {{ is_new('citations.part_number') }}
            and not exists (
                select 1
                from {{ this }} as known
                where
                    known.scheme = citations.scheme
                    and known.guideline_text is not distinct from citations.guideline_text
                    and known.chapter_number is not distinct from citations.chapter_number
                    and known.section_text is not distinct from citations.section_text
                    and known.edition_year is not distinct from citations.edition_year
            )
    {% endif %}
),

printed as (
    select
        scheme,
        guideline_text,
        {{ fold_guideline_name('guideline_text') }} as name
    from texts
    group by scheme, guideline_text
),

names as (
    select
        scheme,
        guideline_text,
        name,
        {{ guideline_name_parts('name') }}
    from printed
),

{{ guideline_matches('names') }},

guidelines as (
    select
        texts.scheme,
        texts.guideline_text,
        texts.chapter_number,
        texts.section_text,
        texts.edition_year,
        -- What the vocabulary does not know. ACOEM's titles end in 'complaints' or 'disorders'.
        case
            when matched.guideline_family is not null then matched.guideline_family
            -- 'Chapter 7' alone: only ACOEM's are cited by number. 'Medicare Benefits Manual, Chapter 7' is not alone.
            when
                matched.core = '' and chapters.chapter_title is not null
                and (texts.scheme = 'mtus' or texts.section_text is null)
                then if(texts.scheme = 'mtus', 'MTUS ACOEM', 'ACOEM')
            when texts.scheme = 'non_mtus' then 'Other'
            when regexp_matches(matched.name, 'chronic pain') then 'MTUS Chronic Pain'
            when regexp_matches(matched.name, 'post ?(surg|operat)') then 'MTUS Postsurgical'
            when regexp_matches(matched.name, 'opioid') then 'MTUS Opioids'
            when regexp_matches(matched.name, 'acupuncture') then 'MTUS Acupuncture'
            when regexp_matches(matched.name, 'formulary|drug list') then 'MTUS Formulary'
            when regexp_matches(matched.name, '(complaint|disorder|condition)s?\b') then 'MTUS ACOEM'
            else 'MTUS'
        end as guideline_family,
        coalesce(
            case when matched.is_publisher_alone or matched.guideline_title is null then chapters.chapter_title end,
            matched.guideline_title,
            {{ guideline_display('texts.guideline_text') }},
            case when texts.scheme = 'mtus' then 'Medical Treatment Utilization Schedule' end,
            {{ guideline_display('texts.section_text') }},
            'Unnamed'
        ) as guideline_title,
        {{ guideline_display('texts.section_text') }} as guideline_section,
        coalesce(
            matched.publisher,
            if(chapters.chapter_title is not null, 'ACOEM', null)
        ) as publisher
    from texts
    inner join matched
        on texts.scheme = matched.scheme and texts.guideline_text is not distinct from matched.guideline_text
    left join {{ ref('acoem_chapters') }} as chapters
        on
            texts.chapter_number = chapters.chapter_number
            and (matched.brand = 'acoem' or (matched.guideline_family is null and matched.core = ''))
)

select
    scheme,
    guideline_text,
    chapter_number,
    section_text,
    edition_year,
    md5(concat_ws(
        '|',
        guideline_family,
        guideline_title,
        coalesce(chapter_number::varchar, ''),
        coalesce(lower(guideline_section), ''),
        coalesce(edition_year::varchar, '')
    )) as guideline_key,
    guideline_family,
    starts_with(guideline_family, 'MTUS') as is_mtus,
    guideline_title,
    guideline_section,
    publisher
from guidelines
