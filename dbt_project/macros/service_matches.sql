{# Which aliases of the vocabulary stand in the text of a disputed item, and where. #}

{# The common table expressions from texts to matches: `matches` holds one row per alias found in a text, with what its
   vocabulary says; `word_lists` the texts as words. `texts` names a relation with text_id, words. #}
{% macro service_matches(texts) -%}
vocabulary as materialized (
    {{ service_vocabulary() }}
),

{{ service_spelling(texts) }},

places as ({{ alias_places('words', 'word_lists', 'vocabulary') }}),

matches as materialized (
    select
        places.text_id,
        places.kind,
        places.alias,
        places.starts_at,
        vocabulary.* exclude (kind, alias, words, first_word, word_count)
    from places
    inner join vocabulary on places.kind = vocabulary.kind and places.alias = vocabulary.alias
)
{%- endmacro %}

{# Where a vocabulary's aliases stand in the texts: text_id, alias, starts_at, ends_at. An alias of n words is sought
   only where its first word stands. Of aliases that lie within each other the longest is taken: in 'trigger point
   injection' there is no 'injection'.
   `words`: text_id, position, word. `lists`: text_id, words. `vocabulary`: kind, alias, first_word, word_count. #}
{% macro alias_places(words, lists, vocabulary) -%}
    select
        kind,
        alias,
        text_id,
        starts_at,
        ends_at
    from (
        select
            found.*,
            max(ends_at) over (
                partition by text_id, kind
                order by starts_at, ends_at desc
                rows between unbounded preceding and 1 preceding
            ) as covered_until
        from (
            select
                vocabulary.kind,
                vocabulary.alias,
                starts.text_id,
                starts.starts_at,
                starts.starts_at + starts.word_count - 1 as ends_at
            from (
                select
                    words.text_id,
                    words.position as starts_at,
                    heads.word_count,
                    array_to_string(
                        lists.words[words.position:words.position + heads.word_count - 1], ' '
                    ) as phrase
                from {{ words }} as words
                inner join (select distinct first_word, word_count from {{ vocabulary }}) as heads
                    on words.word = heads.first_word
                inner join {{ lists }} as lists
                    on
                        words.text_id = lists.text_id
                        and words.position + heads.word_count - 1 <= len(lists.words)
            ) as starts
            inner join {{ vocabulary }} as vocabulary
                on starts.phrase = vocabulary.alias
        ) as found
    ) as placed
    where covered_until is null or covered_until < ends_at
{%- endmacro %}
