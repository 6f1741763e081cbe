{# How a disputed item's text is cut into words. The aliases of the vocabulary go through `service_words` as well, so
   seeds may spell them as people do ('h-wave' and 'h wave' are the same). #}

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
    {{ replace_patterns("strip_accents(lower(" ~ column ~ "))", steps) }}
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
