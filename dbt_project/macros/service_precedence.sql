{# Which of the services and drugs found in a text names the disputed item.

   Common table expressions up to `winners`, one row a text: the match that names the item, and what the text says besides
   (`signs`). `matches` and `word_lists` must stand before: see `service_matches`. #}
{% macro service_precedence() -%}
-- what the text says as a whole, whichever service wins
signs as (
    select
        text_id,
        bool_or(not is_drug and category = 'Injections' and method = 'vocabulary') as names_injection,
        bool_or(name = 'Infusion' or (category = 'Injections' and method = 'keyword')) as says_injected,
        bool_or(name in ('Topical medication', 'Compounded topical')) as says_topical,
        bool_or(name = 'Medicated patch') as says_patch,
        bool_or(name = 'Compounded topical') as says_compound,
        bool_or(name = 'Oral medication') as says_oral,
        bool_or(is_opioid) as names_opioid,
        arg_min(subcategory, starts_at) filter (where is_drug) as first_drug_class,
        -- only generics are compounded: 'Norco 10/325mg #60 and Lidoderm patches' is no compound
        count(distinct ingredient) filter (where is_drug and is_generic) as generic_count,
        array_to_string(
            list_sort(list_distinct(flatten(
                list(string_split(ingredient, '/')) filter (where ingredient is not null)
            ))),
            '/'
        ) as ingredients
    from matches
    where kind = 'service'
    group by text_id
),

-- 'status post', 'post-op', 'after': what was operated before names no service of this item
histories as (
    select
        text_id,
        list_position(
            [word in ('post', 'postop', 'postoperative', 'after', 'following') for word in words], true
        ) as history_starts_at
    from word_lists
),

winners as (
    select
        matches.*,
        signs.* exclude (text_id)
    from matches
    inner join signs on matches.text_id = signs.text_id
    inner join histories on matches.text_id = histories.text_id
    where matches.kind = 'service'
    qualify row_number() over (
        partition by matches.text_id
        order by
            matches.precedence
            - if(matches.category = 'Surgery' and matches.starts_at > histories.history_starts_at, 40, 0)
            -- 'Lidocaine trigger point injection': the drug only says what is injected
            - if(matches.is_drug and matches.injection_name is not null and signs.names_injection, 30, 0) desc,
            matches.starts_at
    ) = 1
)
{%- endmacro %}
