{# The words of disputed items, those that are misspelt put right. #}

{# Common table expressions from texts to their words: `words` holds one row per word of a text, `word_lists` one row
   per text. `texts` names a relation with text_id, words; `vocabulary` must stand before: see `service_matches`. #}
{% macro service_spelling(texts) -%}
printed_words as materialized (
    select
        text_id,
        generate_subscripts(words, 1) as position,
        unnest(words) as word
    from {{ texts }}
),

distinct_words as (select distinct word from printed_words),

vocabulary_words as materialized (select distinct unnest(words) as word from vocabulary),

mended_words as materialized ({{ mended_words('distinct_words', 'vocabulary_words') }}),

words as materialized (
    select
        printed_words.text_id,
        printed_words.position,
        coalesce(mended_words.vocabulary_word, printed_words.word) as word
    from printed_words
    left join mended_words on printed_words.word = mended_words.word
),

mended_lists as (
    select
        text_id,
        list(word order by position) as words
    from words
    where
        text_id in (
            select printed_words.text_id
            from printed_words
            inner join mended_words on printed_words.word = mended_words.word
        )
    group by text_id
),

-- most texts need no mending and keep the list they have
word_lists as materialized (
    select
        texts.text_id,
        coalesce(mended_lists.words, texts.words) as words
    from {{ texts }} as texts
    left join mended_lists on texts.text_id = mended_lists.text_id
)
{%- endmacro %}

{# The words that differ from a vocabulary word by one slip of the pen ('flouroscopy', 'menisectomy'): word,
   vocabulary_word.
   Two words one edit apart share a spelling once a letter is left out, so equality of those shortened spellings finds the
   pairs without comparing every word with every other. Where two words qualify, they are spellings of one drug. Short
   words are left alone: among them a slip makes another word. #}
{% macro mended_words(words, vocabulary_words) -%}
    select
        strange.word,
        min(known.word) as vocabulary_word
    from (
        select
            word,
            unnest(list_append(
                [left(word, i - 1) || substr(word, i + 1) for i in range(1, length(word) + 1)], word
            )) as shortened
        from {{ words }}
        where
            length(word) >= 7
            and regexp_full_match(word, '[a-z]+')
            and word not in (select word from {{ vocabulary_words }})
    ) as strange
    inner join (
        select
            word,
            unnest(list_append(
                [left(word, i - 1) || substr(word, i + 1) for i in range(1, length(word) + 1)], word
            )) as shortened
        from {{ vocabulary_words }}
        where length(word) >= 7 and regexp_full_match(word, '[a-z]+')
    ) as known
        on strange.shortened = known.shortened
    where damerau_levenshtein(strange.word, known.word) = 1
    group by strange.word
{%- endmacro %}
