"""What the marts promise their readers. All critical: a mart that breaks one of these is not published.

Keys are tested by dbt; here stand the promises that a reader would be misled by, were they broken.
"""

from __future__ import annotations

from expectations.items import CLAIMS_BASES, OUTCOMES, REVIEWER_BASES
from expectations.suite import Suite, at_least, between, equal, none, one_of, present, row_count

DECISIONS = Suite(
    name="decisions",
    key_columns=("source_uri", "letter_id", "item_number", "decision_key"),
    computed={"outcome_is_overturned": "outcome == 'overturned'"},
    promises=(
        present("outcome", "Items without an outcome belong in quarantine, never in the facts."),
        one_of("outcome", OUTCOMES, "A denial is upheld or overturned; there is no third."),
        equal("is_overturned", "outcome_is_overturned", "Two columns that tell one outcome must tell the same."),
        present("reviewer_basis", "Items without a guideline source belong in quarantine, never in the facts."),
        one_of("reviewer_basis", REVIEWER_BASES, "Shares by guideline source add up only over a closed set."),
        present("claims_basis", "Where a letter does not state it, the facts say not_stated; never null."),
        one_of("claims_basis", CLAIMS_BASES, "Shares by guideline source add up only over a closed set."),
        equal("reviewer_basis", "reviewer_cited", "The basis of a decision is what its citations are of."),
        equal("claims_basis", "claims_cited", "The basis of a denial is what its citations are of."),
    ),
)

CITATIONS = Suite(
    name="citations",
    key_columns=("source_uri", "letter_id", "item_number", "citation_key"),
    computed={"first_number": "1"},
    promises=(
        present("cited_by", "A citation nobody made cannot be counted for either side."),
        one_of("cited_by", ("claims_administrator", "reviewer"), "Only the two sides of a dispute cite guidelines."),
        present("citation_number", "A side's citations are told apart by their order."),
        at_least("citation_number", "first_number", "A side's citations are numbered from 1."),
    ),
)

DETERMINATIONS = Suite(
    name="determinations",
    key_columns=("source_uri", "letter_id", "determination_key"),
    promises=(at_least("item_count", "overturned_count", "No letter overturns more denials than it decides."),),
)

# One row of counts over all tables. Orphans are counted here and not only by dbt, which looks at rows that a build
# touched: over all rows, and named by letter.
RECONCILIATION = Suite(
    name="reconciliation",
    key_columns=("items_read", "items_decided", "items_quarantined"),
    computed={"items_accounted_for": "items_decided + items_quarantined"},
    promises=(
        row_count(1, "Without its one row of counts nothing has been reconciled."),
        equal("items_read", "items_accounted_for", "Every item that was read is decided or quarantined, and once."),
        none("items_gone_or_doubled", "items_read", "Every item that was read is decided or quarantined, and once."),
        none("broken_not_quarantined", "items_read", "An item that breaks a promise must not reach the facts."),
        none("quarantined_not_broken", "items_read", "An item that keeps its promises must not be held back."),
    ),
)

ORPHANS = Suite(
    name="orphans",
    key_columns=(),
    promises=(
        none("decisions_twice", "decisions", "A decision counted twice shifts every rate."),
        none("decisions_without_determination", "decisions", "A decision without its letter has no date and no case."),
        none("decisions_without_service", "decisions", "A decision without its service falls out of every category."),
        none("decisions_without_reviewer", "decisions", "A decision without its reviewer falls out of a join."),
        none("decisions_without_date", "decisions", "A decision without its day falls out of every trend."),
        none("decisions_without_texts", "decisions", "A decision without its prose cannot be explained."),
        none("texts_without_decision", "decisions", "Prose of no decision, or there twice, leads a search nowhere."),
        none("citations_without_decision", "citations", "A citation counts for its decision, as that one is."),
        none("citations_without_guideline", "citations", "A citation without its guideline falls out of every join."),
    ),
)

# One row for each category of service, and one over all ('').
RATES = Suite(
    name="rates",
    key_columns=("service_category",),
    promises=tuple(
        promise
        for column, meaning in {
            "decision_share": "of all decisions that fall into the category",
            "overturn_rate": "of the category's decisions that were overturned",
            "same_guideline_share": "of the category's decisions in which both sides rely on one guideline",
        }.items()
        for promise in (
            present(column, f"The share {meaning} is what readers come for."),
            between(column, 0, 1, f"The share {meaning} is a share: anything outside 0 to 1 was counted wrongly."),
        )
    ),
)

MARTS = (DECISIONS, CITATIONS, DETERMINATIONS, RECONCILIATION, ORPHANS, RATES)
