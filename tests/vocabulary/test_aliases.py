"""Every row of the seeds maps what it says, and nothing that does not say it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.vocabulary import SEEDS, Vocabulary

FOLDER = SEEDS / "services"
NAMES = {"drugs": "drug_name", "service_terms": "service_name", "body_regions": "body_region", "sides": "laterality"}
KINDS = {"body_regions": "region", "sides": "side"}


def seed(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("path", sorted(SEEDS.rglob("*.csv")), ids=lambda path: path.stem)
def test_seeds_are_sorted_trimmed_and_in_small_letters(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as handle:
        header, *rows = csv.reader(handle)
    assert rows
    assert all(len(row) == len(header) for row in rows)
    assert all(cell == cell.strip() for row in rows for cell in row)
    keys = [row[0] for row in rows]
    if header[0] == "alias":
        assert [key for key in keys if key != key.lower()] == []
        assert keys == sorted(keys)


def test_there_is_enough_of_it() -> None:
    drugs = seed("drugs")
    assert len({row["drug_name"].lower() for row in drugs} | {row["drug_ingredient"] for row in drugs}) >= 450
    assert len({row["alias"] for row in seed("service_terms")}) >= 350
    assert len({row["service_category"] for row in seed("service_terms")} | {"Pharmaceuticals"}) == 11


@pytest.mark.parametrize("name", NAMES)
def test_each_alias_maps_to_its_row(vocabulary: Vocabulary, name: str) -> None:
    rows, kind = seed(name), KINDS.get(name, name)
    wrong = []
    for row, found in zip(rows, vocabulary.classify([row["alias"] for row in rows]), strict=True):
        own = [
            match
            for match in found["matches"]
            if match["vocabulary"] == kind and match["alias"] == " ".join(found["words"])
        ]
        if [match["names"] or "" for match in own] != [row[NAMES[name]]]:
            wrong.append((row["alias"], row[NAMES[name]], own))
    assert wrong == []


@pytest.mark.parametrize("name", ["drugs", "service_terms"])
def test_each_alias_puts_an_item_into_its_category(vocabulary: Vocabulary, name: str) -> None:
    wrong = []
    rows = seed(name)
    for row, found in zip(rows, vocabulary.classify([row["alias"] for row in rows]), strict=True):
        wanted = row.get("service_category", "Pharmaceuticals")
        if row.get("usual_route") == "injected":
            wanted = "Injections"
        if found["service_category"] != wanted:
            wrong.append((row["alias"], wanted, found["service_category"]))
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_a_phrase_that_is_broken_up_is_not_found(vocabulary: Vocabulary, name: str) -> None:
    aliases = [row["alias"] for row in seed(name) if " " in row["alias"]]
    assert aliases
    broken = [alias.replace(" ", " xyzzy ") for alias in aliases]
    for whole, found in zip(vocabulary.classify(aliases), vocabulary.classify(broken), strict=True):
        assert "xyzzy" in found["words"]
        assert " ".join(whole["words"]) not in [match["alias"] for match in found["matches"]]


def test_a_row_that_is_added_changes_only_what_says_it(home: Home, vocabulary: Vocabulary) -> None:
    texts = [row["alias"] for name in ("drugs", "service_terms") for row in seed(name)]
    grown = Vocabulary(home)
    grown.add(
        "service_terms",
        {
            "alias": "grobnitz therapy",
            "service_name": "Grobnitz therapy",
            "service_category": "Rehabilitation",
            "service_subcategory": "Other rehabilitation",
            "precedence": 50,
            "mapping_method": "vocabulary",
        },
    )
    assert grown.classify(texts) == vocabulary.classify(texts)
    said = grown.classify(["6 sessions of Grobnitz therapy for the left knee"])[0]
    assert (said["service_name"], said["body_region"], said["laterality"]) == ("Grobnitz therapy", "knee", "left")
    assert vocabulary.classify(["Grobnitz"])[0]["mapping_method"] == "unmapped"
