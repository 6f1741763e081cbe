"""What the warehouse promises about letters, and about its books of what was received."""

from __future__ import annotations

from expectations.suite import Suite, between, in_order, matches, none, one_of, present

TEMPLATES = ("professional_review", "notice", "decisions_rationales", "issues_prose", "issues_credentials")
CASE_NUMBER = r"CM[0-9]{2}-[0-9]{7}"
YOUNGEST, OLDEST = 14, 110  # years: the law lets nobody younger work

# What a letter prints oddly is a warning: it is what the letter says, and people look whether it was read rightly. What
# the reader answers for (the form it knew, the share it left unread) is critical.
LETTERS = Suite(
    name="letters",
    key_columns=(
        "source_uri",
        "letter_id",
        "case_number",
        "patient_age",
        "injury_date",
        "ur_denial_date",
        "application_received_date",
        "assigned_date",
        "decision_date",
    ),
    promises=(
        present("template", "A letter of no known form was read by no rules."),
        one_of("template", TEMPLATES, "Readers of the tables count on a closed set of forms."),
        present("unread_share", "Without it nobody knows how much of the letter was missed."),
        between("unread_share", 0, 1, "It is a share of the letter's characters."),
        # Each date against the latest of those that come before it, so that a date the letter lacks opens no gap.
        in_order("ur_denial_date", "injury_date", "Treatment of an injury is denied after the injury.", "warning"),
        in_order(
            "application_received_date",
            "latest_before_application",
            "A review is asked for after the denial.",
            "warning",
        ),
        in_order("assigned_date", "latest_before_assigned", "A review is assigned after it was asked for.", "warning"),
        in_order("decision_date", "latest_before_decision", "A review is decided after it was assigned.", "warning"),
        in_order(
            "received_date", "latest_date", "No day that a letter prints comes after its arrival here.", "warning"
        ),
        one_of(
            "unread_date_count",
            (0,),
            "A date that is on no calendar is printed, and stays out of the tables.",
            "warning",
        ),
        between(
            "patient_age", YOUNGEST, OLDEST, "Injured workers are of this age; others were misread or misprinted.",
            "warning",
        ),
        matches(
            "case_number", CASE_NUMBER, "A case number of another shape will not find its amendments.", "warning"
        ),
        one_of(
            "rival_count",
            (0,),
            "Another letter of the same case and date decides otherwise; only its later arrival, or in one delivery "
            "its hash, makes this one count.",
            "warning",
        ),
    ),
)  # fmt: skip

# One row of counts over everything received: the books must balance, or a file was dropped in silence.
RECEIVED = Suite(
    name="received",
    key_columns=(),
    promises=(
        none("files_without_outcome", "files", "Every file received has its row in quality_letters."),
        none("files_with_two_outcomes", "files", "Every file received has one row in quality_letters, not two."),
        none("outcomes_without_file", "files", "quality_letters tells of files that were received."),
        none(
            "files_without_letter",
            "files",
            "Of every file that was received the lake holds its letter, or why there is none: a part of lake/letters "
            "is gone, and 'imr doctor' tells what brings its letters back.",
        ),
        none(
            "published_letters_gone",
            "files",
            "What was published stays received: a part of lake/letters is gone, and 'imr doctor' tells what brings its "
            "letters back.",
        ),
        none("letters_never_read", "files", "A file that is neither a duplicate nor rejected went to the reader."),
        none("letters_replaced_by_none", "files", "A superseded letter has a current one in its place."),
        none("case_numbers_twice", "current_letters", "Of the letters of one case, one is current."),
    ),
)
