"""What the marts promise their readers. All critical: a mart that breaks one of these is not published.

Keys and relationships are tested by dbt; here stand the promises that a reader would be misled by, were they broken.
"""

from __future__ import annotations

from expectations.items import CLAIMS_BASES, OUTCOMES, REVIEWER_BASES
from expectations.suite import Suite, at_least, between, equal, one_of, present, row_count, unique

DECISIONS = Suite(
    name="decisions",
    key_columns=("decision_key", "letter_id", "item_number"),
    computed={"outcome_is_overturned": "outcome == 'overturned'"},
    promises=(
        unique("decision_key", "A decision counted twice shifts every rate."),
        present("outcome", "Items without an outcome belong in quarantine, never in the facts."),
        one_of("outcome", OUTCOMES, "A denial is upheld or overturned; there is no third."),
        equal("is_overturned", "outcome_is_overturned", "Two columns that tell one outcome must tell the same."),
        present("reviewer_basis", "Items without a guideline source belong in quarantine, never in the facts."),
        one_of("reviewer_basis", REVIEWER_BASES, "Shares by guideline source add up only over a closed set."),
        present("claims_basis", "Where a letter does not state it, the facts say not_stated; never null."),
        one_of("claims_basis", CLAIMS_BASES, "Shares by guideline source add up only over a closed set."),
    ),
)

CITATIONS = Suite(
    name="citations",
    key_columns=("citation_key",),
    promises=(
        present("cited_by", "A citation nobody made cannot be counted for either side."),
        one_of("cited_by", ("claims_administrator", "reviewer"), "Only the two sides of a dispute cite guidelines."),
        present("citation_number", "A side's citations are told apart by their order."),
        between("citation_number", 1, None, "A side's citations are numbered from 1."),
        present("guideline_key", "A citation without its guideline falls out of every join."),
    ),
)

DETERMINATIONS = Suite(
    name="determinations",
    key_columns=("determination_key", "letter_id"),
    promises=(
        present("unread_share", "Without it nobody knows how much of the letter was missed."),
        between("unread_share", 0, 1, "It is a share of the letter's characters."),
        at_least("item_count", "overturned_count", "No letter overturns more denials than it decides."),
        between("patient_age", 0, 120, "An age outside this range was read from something else."),
    ),
)

RECONCILIATION = Suite(
    name="reconciliation",
    key_columns=(
        "items_read",
        "items_decided",
        "items_quarantined",
        "broken_not_quarantined",
        "quarantined_not_broken",
    ),
    computed={"items_accounted_for": "items_decided + items_quarantined"},
    promises=(
        row_count(1, "Without its one row of counts nothing has been reconciled."),
        equal("items_read", "items_accounted_for", "Every item that was read is decided or quarantined, and once."),
        # A set of one value lets nulls pass, and a null here means that nobody counted.
        present("broken_not_quarantined", "A count that is missing is no proof."),
        one_of("broken_not_quarantined", (0,), "An item that breaks a promise must not reach the facts."),
        present("quarantined_not_broken", "A count that is missing is no proof."),
        one_of("quarantined_not_broken", (0,), "An item that keeps its promises must not be held back."),
    ),
)

MARTS = (DECISIONS, CITATIONS, DETERMINATIONS, RECONCILIATION)
