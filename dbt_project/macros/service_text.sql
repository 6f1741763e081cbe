{# How a disputed item's text is cut into words and held against the vocabulary. Both sides of the comparison
   go through `service_words`, so seeds may spell an alias as people do ('h-wave' and 'h wave' are the same). #}

{# One list of words. 'X-Ray (L) Knee, w/o contrast' becomes [x, ray, left, knee, without, contrast];
   'Norco 10/325mg' [norco, 10, 325, mg]; 'L4-5' [l4, 5]; '5%' [5, %]. Plurals lose their s ('patches' are a 'patch'). #}
{% macro service_words(column) -%}
    [
        {{ singular('word') }}
        for word in string_split_regex({{ fold_service_text(column) }}, '[^a-z0-9.%]+')
        if word <> ''
    ]
{%- endmacro %}

{# Each step is here for a form that letters print; the order matters. #}
{% macro fold_service_text(column) -%}
    {%- set steps = [
        ("['’‘`´®™]", ''),
        ('\\bw/o\\b', 'without '),
        ('\\bw/', 'with '),
        ('\\bs/p\\b', 'status post '),
        ('\\(l\\)|([a-z]{3})[ ,-]+l\\.?$', '\\1 left '),
        ('\\(r\\)|([a-z]{3})[ ,-]+r\\.?$', '\\1 right '),
        ('\\(b\\)', ' bilateral '),
        ('(\\d)-?(mg|mcg|ml|gm|gms|g|grams?|oz|tabs?|caps?|tablets?|capsules?|x|d|mm|units?)\\b', '\\1 \\2'),
        ('(\\d)([a-z]{2,})', '\\1 \\2'),
        ('\\b([clts]\\d+)([clts]\\d+)\\b', '\\1 \\2'),
        ('%', ' % '),
        ('\\.(\\D|$)', ' \\1'),
        ('(^|\\D)\\.', '\\1 '),
    ] -%}
    {%- set folded = namespace(sql="strip_accents(lower(" ~ column ~ "))") -%}
    {%- for pattern, replacement in steps -%}
        {%- set arguments = [folded.sql, "'" ~ pattern.replace("'", "''") ~ "'", "'" ~ replacement ~ "'", "'g'"] -%}
        {%- set folded.sql = "regexp_replace(" ~ arguments | join(", ") ~ ")" -%}
    {%- endfor -%}
    {{ folded.sql }}
{%- endmacro %}

{# 'therapies', 'crutches', 'boxes', 'injections'; not 'pelvis', 'plexus', 'tens'. #}
{% macro singular(word) -%}
    case
        when length({{ word }}) < 4 or right({{ word }}, 1) <> 's' or {{ word }} = 'tens' then {{ word }}
        else regexp_replace(
            regexp_replace(
                regexp_replace({{ word }}, 'ies$', 'y'),
                '(ch|sh|ss|x)es$', '\1'
            ),
            '([^sui])s$', '\1'
        )
    end
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

{# Where a vocabulary's aliases stand in the texts: text_id, alias, starts_at, ends_at. An alias of n words is sought
   only where its first word stands. Of aliases that lie within each other the longest is taken: in 'trigger point
   injection' there is no 'injection'.
   `words`: text_id, position, word. `vocabulary`: kind, alias, first_word, word_count. #}
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

{# The common table expressions from texts to matches: `matches` holds one row per alias found in a text, with what its
   vocabulary says; `word_lists` the texts as words. `texts` names a relation with text_id, words. #}
{% macro service_text_matches(texts) -%}
vocabulary as materialized (
    select
        *,
        array_to_string(words, ' ') as alias,
        words[1] as first_word,
        len(words) as word_count
    from (
        select
            'service' as kind,
            {{ service_words('alias') }} as words,
            drug_name as name,
            'Pharmaceuticals' as category,
            drug_class as subcategory,
            50 as precedence,
            'vocabulary' as method,
            true as is_drug,
            drug_ingredient as ingredient,
            -- 'Topical lidocaine', 'Lidocaine'; not 'Lidoderm'
            contains(lower(drug_name), drug_ingredient) or contains(drug_name, '/') as is_generic,
            is_opioid,
            usual_route,
            injection_name
        from {{ ref('drugs') }}
        union all
        select
            'service', {{ service_words('alias') }}, service_name, service_category, service_subcategory,
            precedence, mapping_method, false, null, false, false, null, null
        from {{ ref('service_terms') }}
        union all
        select
            'region', {{ service_words('alias') }}, body_region, null, null, 0, null, false, null, false, false, null, null
        from {{ ref('body_regions') }}
        union all
        select
            'side', {{ service_words('alias') }}, laterality, null, null, 0, null, false, null, false, false, null, null
        from {{ ref('sides') }}
    )
    -- 'patch' and 'patches' are one alias once folded
    qualify row_number() over (partition by kind, array_to_string(words, ' ') order by precedence desc, name) = 1
),

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
),

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


{# 'Hardware removal, right ankle': an operation that is done anywhere is counted with its region's operations. #}
{% macro surgery_by_region(category, subcategory, body_region) -%}
    case
        when {{ category }} <> 'Surgery' or coalesce({{ subcategory }}, 'Other surgery') <> 'Other surgery' then {{ subcategory }}
        else case {{ body_region }}
            when 'cervical spine' then 'Spine surgery'
            when 'thoracic spine' then 'Spine surgery'
            when 'lumbar spine' then 'Spine surgery'
            when 'shoulder' then 'Shoulder surgery'
            when 'elbow' then 'Elbow surgery'
            when 'wrist/hand' then 'Hand surgery'
            when 'hip' then 'Hip surgery'
            when 'knee' then 'Knee surgery'
            when 'ankle/foot' then 'Foot and ankle surgery'
            else 'Other surgery'
        end
    end
{%- endmacro %}
