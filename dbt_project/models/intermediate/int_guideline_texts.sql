-- grain: one distinct way in which letters name a guideline or part of one, with the guideline it is
-- A name is held against the vocabulary whole ('chronic pain treatment guidelines'), then by its publisher's short name
-- and what is left without editions and filler ('odg low back'), then by the title alone, then by the publisher alone.
{{ config(materialized='incremental', incremental_strategy='append') }}

{%- set steps = [
    ("['’‘`®™]", ''),
    ('&', ' and '),
    ('[^a-z0-9]+', ' '),
] -%}
{%- set publishers = {
    'odg': '\\bodg\\b|\\bo d g\\b|\\boff?ici?al disabilit[a-z]* guid[a-z]*\\b|\\bwork loss data institute\\b',
    'acoem': '\\bacoems?\\b|\\boccupational (and )?environmental medicines?\\b|\\boccupational medicine practice guidelines?\\b',
} -%}
{#- What tells nothing of which guideline it is. -#}
{%- set filler = [
    publishers['odg'], publishers['acoem'], '\\bamerican college of\\b', '\\bompg\\b', '\\btwc\\b', '\\btreatment index\\b',
    '\\btreatment in workers? comp(ensation)?\\b', '\\bprocedures? summary\\b',
    '\\bintegrated treatment disability duration guidelines?\\b', '\\b(practice |treatment )?guidelines?\\b',
    '\\b([0-9]+(st|nd|rd|th)|second|third|web|online|on line|internet|current|latest|revised|updated) (edition|version|ed)\\b',
    '\\b(edition|version|web|online|updated|revised)\\b', '\\b(19|20)[0-9][0-9]\\b', '\\b(chapters?|ch)( [0-9]+)?( and [0-9]+)?\\b',
    '\\bacute (and )?chronic\\b', '\\b(mtus|the|of)\\b',
] -%}

{#- For display: words in capitals throughout become a sentence; short ones ('MRI') are abbreviations. -#}
{%- set shown = {} -%}
{%- for column in ['guideline_text', 'section_text'] -%}
    {%- set printed = 'texts.' ~ column -%}
    {%- do shown.update({column:
        "upper(" ~ printed ~ "[1]) || if("
        ~ printed ~ " = upper(" ~ printed ~ ") and length(" ~ printed ~ ") > 6, lower(" ~ printed ~ "[2:]), " ~ printed ~ "[2:])"
    }) -%}
{%- endfor -%}

{%- set folded = namespace(sql="strip_accents(lower(coalesce(guideline_text, '')))") -%}
{%- for pattern, replacement in steps -%}
    {%- set arguments = [folded.sql, "'" ~ pattern.replace("'", "''") ~ "'", "'" ~ replacement ~ "'", "'g'"] -%}
    {%- set folded.sql = "regexp_replace(" ~ arguments | join(", ") ~ ")" -%}
{%- endfor -%}

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

vocabulary as (
    select
        alias,
        nullif(scheme, '') as scheme,
        guideline_family,
        guideline_title,
        publisher
    from {{ ref('guidelines') }}
),

printed as (
    select
        scheme,
        guideline_text,
        trim({{ folded.sql }}) as name
    from texts
    group by scheme, guideline_text
),

names as (
    select
        scheme,
        guideline_text,
        name,
        case
            {%- for short_name, pattern in publishers.items() %}
                when regexp_matches(name, '{{ pattern }}') then '{{ short_name }}'
            {%- endfor %}
            else ''
        end as brand,
        trim(regexp_replace(regexp_replace(name, '{{ filler | join("|") }}', ' ', 'g'), ' +', ' ', 'g')) as core
    from printed
),

-- The publisher in front: 'American Academy of Orthopaedic Surgeons Position Statement'.
known_fronts as (
    select
        names.scheme,
        names.guideline_text,
        arg_max(vocabulary.guideline_title, length(vocabulary.alias)) as guideline_title,
        arg_max(vocabulary.publisher, length(vocabulary.alias)) as publisher
    from names
    inner join vocabulary
        on vocabulary.guideline_family = 'Other' and starts_with(names.name, vocabulary.alias || ' ')
    where names.brand = ''
    group by all
),

matched as (
    select
        names.scheme,
        names.guideline_text,
        names.name,
        names.brand,
        names.core,
        coalesce(
            whole.guideline_family, branded.guideline_family, title.guideline_family, brand.guideline_family,
            if(known_fronts.guideline_title is not null, 'Other', null)
        ) as guideline_family,
        coalesce(
            whole.guideline_title, branded.guideline_title, title.guideline_title, brand.guideline_title,
            known_fronts.guideline_title
        ) as guideline_title,
        coalesce(
            whole.publisher, branded.publisher, title.publisher, brand.publisher, known_fronts.publisher
        ) as publisher,
        coalesce(whole.alias, branded.alias, title.alias, brand.alias) = names.brand as is_publisher_alone
    from names
    left join vocabulary as whole
        on names.name = whole.alias and names.scheme = coalesce(whole.scheme, names.scheme)
    left join vocabulary as branded
        on
            trim(names.brand || ' ' || names.core) = branded.alias
            and names.scheme = coalesce(branded.scheme, names.scheme)
    -- 'ACOEM Low Back Complaints' by its title; 'ODG Low Back Complaints' is no ACOEM chapter.
    left join vocabulary as title
        on
            names.core = title.alias
            and names.scheme = coalesce(title.scheme, names.scheme)
            and names.brand = 'acoem'
            and title.publisher = 'ACOEM'
    left join vocabulary as brand
        on names.brand = brand.alias and names.scheme = coalesce(brand.scheme, names.scheme)
    left join known_fronts
        on
            names.scheme = known_fronts.scheme
            and names.guideline_text is not distinct from known_fronts.guideline_text
),

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
            {{ shown['guideline_text'] }},
            case when texts.scheme = 'mtus' then 'Medical Treatment Utilization Schedule' end,
            {{ shown['section_text'] }},
            'Unnamed'
        ) as guideline_title,
        {{ shown['section_text'] }} as guideline_section,
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
