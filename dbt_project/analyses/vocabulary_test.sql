-- What the vocabulary makes of the texts in scratch.texts (service_text), and by which of its rows. No model: whoever
-- wants to try a text compiles this and runs it where the seeds are, without a build.
with new_texts as materialized (
    {{ service_texts('scratch.texts') }}
),

{{ service_classes('new_texts') }},

found as (
    select
        text_id,
        list({
            'vocabulary': if(kind = 'service', if(is_drug, 'drugs', 'service_terms'), kind),
            'alias': alias,
            'names': name,
            'category': category,
            'subcategory': subcategory,
            'precedence': precedence,
            'starts_at': starts_at
        } order by kind desc, precedence desc, starts_at asc) as matches
    from matches
    group by text_id
)

select
    classified.*,
    word_lists.words,
    coalesce(found.matches, []) as matches
from classified
inner join new_texts on classified.service_text = new_texts.service_text
inner join word_lists on new_texts.text_id = word_lists.text_id
left join found on new_texts.text_id = found.text_id
order by new_texts.text_id
