{# Which guideline of the vocabulary a printed name is. A name is held against the vocabulary whole ('chronic pain
   treatment guidelines'), then by its publisher's short name and what is left without editions and filler ('odg low
   back'), then by the title alone, then by the publisher alone, then by a publisher that it begins with.

   Common table expressions up to `matched`: the rows of `names` with guideline_family, guideline_title and publisher,
   null where the vocabulary does not know them, and is_publisher_alone. `names` names a relation with scheme,
   guideline_text, name, brand, core: see `guideline_name_parts`. #}
{% macro guideline_matches(names) -%}
vocabulary as (
    select
        alias,
        nullif(scheme, '') as scheme,
        guideline_family,
        guideline_title,
        publisher
    from {{ ref('guidelines') }}
),

-- The publisher in front: 'American Academy of Orthopaedic Surgeons Position Statement'.
known_fronts as (
    select
        names.scheme,
        names.guideline_text,
        arg_max(vocabulary.guideline_title, length(vocabulary.alias)) as guideline_title,
        arg_max(vocabulary.publisher, length(vocabulary.alias)) as publisher
    from {{ names }} as names
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
    from {{ names }} as names
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
)
{%- endmacro %}
