"""``docs/emulator-conformance.md`` is about the suite as it is; no server runs for that."""

import re

from tests.conformance.marks import PAGES
from tests.conformance.suite import FOLDER, sentences
from tests.unit.docs.pages import ROOT

TEXT = (ROOT / "docs" / "emulator-conformance.md").read_text(encoding="utf-8")
STALE = "run make conformance"


def committed() -> list[tuple[str, str, str]]:
    """Give page, sentence and difference of each row of the page."""
    found, page = [], ""
    for line in TEXT.splitlines():
        if heading := re.match(r"## \[(.*?)\]", line):
            page = heading[1]
        if row := re.match(r"\| (.*?) \| (?:pass) \| (?:pass|differs) \| (.*?) ?\|$", line):
            found.append((page, row[1], row[2].strip()))
    return found


def test_every_sentence_of_the_suite_is_in_the_committed_table_and_no_other() -> None:
    suite = {(sentence.page, sentence.text, sentence.differences) for sentence in sentences()}

    assert set(committed()) == suite, STALE


def test_no_two_tests_of_a_page_have_the_same_name() -> None:
    assert len(committed()) == len(set(committed()))
    assert len(sentences()) == len({(sentence.page, sentence.text) for sentence in sentences()})


def test_every_test_of_the_suite_names_its_page() -> None:
    assert [sentence.text for sentence in sentences() if sentence.page not in PAGES] == []


def test_the_suite_marks_its_differences_where_they_can_be_seen() -> None:
    hidden = [
        path.name for path in FOLDER.glob("*.py") if "skip_where_official" in path.read_text()
    ]

    assert hidden == []


def test_the_totals_of_the_page_are_those_of_its_rows() -> None:
    assert f"**embedded: {len(committed())} of {len(committed())} pass.**" in TEXT
