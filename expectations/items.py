"""What the warehouse promises about every item of a refresh, before it goes into the facts."""

from __future__ import annotations

from expectations.suite import Promise, Suite, equal, in_order, one_of, present

OUTCOMES = ("upheld", "overturned")
REVIEWER_BASES = ("mtus", "non_mtus", "both", "none")
CLAIMS_BASES = (*REVIEWER_BASES, "not_stated")

# Warnings are about letters: the item is quarantined and named, and the rest goes on. Critical is about ourselves: a
# reading that leaves claims_basis open, or points outside its letter, is a fault of this project, and nothing may be
# published.
ITEMS = Suite(
    name="items",
    key_columns=("source_uri", "letter_id", "item_number", "service_text"),
    promises=(
        present("outcome", "An item without an outcome says nothing about the denial; it is quarantined.", "warning"),
        one_of("outcome", OUTCOMES, "A denial is upheld or overturned; anything else is a misreading.", "warning"),
        present(
            "reviewer_basis",
            "Every decision must say which guideline the reviewer relied on, or that there was none; an item that does "
            "not say is quarantined.",
            "warning",
        ),
        one_of(
            "reviewer_basis", REVIEWER_BASES, "Shares by guideline source add up only over a closed set.", "warning"
        ),
        present("claims_basis", "Where a letter does not state it, the reading says so (not_stated); never null."),
        one_of("claims_basis", CLAIMS_BASES, "Shares by guideline source add up only over a closed set."),
        present("contradictions", "A count that is missing is no proof.", "warning"),
        one_of(
            "contradictions",
            (0,),
            "A letter that decides one item both ways decides nothing; the item is quarantined.",
            "warning",
        ),
        present("service_text", "An item without its words cannot be classified, nor found in its letter.", "warning"),
        # Over all places of an item, those of its citations among them: the least start, the greatest end, and how many
        # are no places. An item that has none at all has none that could be wrong.
        present("text_length", "A place in a letter whose text is gone leads nowhere."),
        in_order("first_start", "text_start", "A place in a letter starts inside it, or its sentence cannot be shown."),
        in_order("text_length", "last_end", "A place in a letter ends inside it, or its sentence cannot be shown."),
        present("broken_spans", "A count that is missing is no proof."),
        one_of(
            "broken_spans", (0,), "A place has a start and an end, the end not before the start, or it has neither."
        ),
    ),
)

# One row for each letter. `item_number` is the first item out of line, to name it by.
ITEM_NUMBERS = Suite(
    name="item_numbers",
    key_columns=("source_uri", "letter_id", "item_number"),
    promises=(
        one_of("lowest_number", (1,), "Items are numbered from 1, as people count them in the letter."),
        equal("highest_number", "items_found", "Items are numbered without a gap: a missing number is a lost item."),
        equal("distinct_numbers", "items_found", "A number that stands twice makes two decisions one."),
        equal("items_found", "item_count", "All items that the reader found in a letter have arrived, and no others."),
    ),
)

TOLERATED_ITEMS = 5
"""So many quarantined items never refuse a publication, whatever their share."""

# About a refresh's items as a whole. The audit judges it: the share allowed is a setting, and no frame holds it. The
# query says in SQL what is judged, for the page of the suite.
WITHIN_TOLERANCE = Promise(
    "unexpected_rows_expectation",
    "critical",
    "A flood of quarantined items is no odd letter: a delivery is broken, or a new form is misread. No larger share "
    f"than IMR_QUARANTINE_TOLERANCE allows, unless they are {TOLERATED_ITEMS} or fewer.",
    {
        "unexpected_rows_query": "select * from {batch} where quarantine_reason is not null and ("
        f"select count(quarantine_reason) > {TOLERATED_ITEMS} "
        "and count(quarantine_reason) > IMR_QUARANTINE_TOLERANCE * count(*) from {batch})"
    },
    name="quarantined_within_tolerance",
)
