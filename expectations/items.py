"""What the warehouse promises about every item of a refresh, before it goes into the facts."""

from __future__ import annotations

from expectations.suite import Suite, one_of, present

OUTCOMES = ("upheld", "overturned")
REVIEWER_BASES = ("mtus", "non_mtus", "both", "none")
CLAIMS_BASES = (*REVIEWER_BASES, "not_stated")

# Warnings are about letters: the item is quarantined and named, and the rest goes on. Critical is about ourselves: a
# reading that leaves claims_basis open is a fault of this project, and nothing may be published.
ITEMS = Suite(
    name="items",
    key_columns=("letter_id", "item_number"),
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
        present("service_text", "An item without its words cannot be classified, nor found in its letter.", "warning"),
    ),
)
