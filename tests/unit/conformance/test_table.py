"""The conformance table: one row a sentence, the gravest result of its cases, totals."""

from tests.conformance.page import Versions, page
from tests.conformance.table import Outcome, Result, as_text, rows, summary


def outcome(
    sentence: str,
    server: str,
    result: Result,
    difference: str = "",
    where: str = "Order messages",
) -> Outcome:
    return Outcome(where, f"https://docs.example/{where}", sentence, server, result, difference)


TABLE = rows(
    [
        outcome("order is kept", "embedded", "pass"),
        outcome("order is kept", "official", "differs", "it is not"),
        outcome("a filter is applied", "embedded", "pass", where="Filter messages"),
        outcome("a filter is applied", "official", "pass", where="Filter messages"),
    ]
)


def test_the_rows_are_grouped_by_page() -> None:
    assert [row.page for row in TABLE] == ["Filter messages", "Order messages"]


def test_a_row_says_what_each_server_does_and_what_it_does_instead() -> None:
    (row,) = TABLE[1:]

    assert (row.embedded, row.official, row.difference) == ("pass", "differs", "it is not")


def test_one_failing_case_fails_the_sentence() -> None:
    (row,) = rows([outcome("limits", "embedded", "pass"), outcome("limits", "embedded", "FAIL")])

    assert row.embedded == "FAIL"
    assert not row.settled


def test_a_sentence_differs_where_one_of_its_cases_does() -> None:
    cases = [outcome("limits", "official", "pass"), outcome("limits", "official", "differs", "no")]

    assert rows(cases)[0].official == "differs"


def test_a_server_that_did_not_run_is_not_here() -> None:
    (row,) = rows([outcome("limits", "embedded", "pass")])

    assert row.official == "not here"
    assert not row.settled


def test_the_totals_name_what_does_not_pass() -> None:
    assert summary(TABLE) == ["embedded: 2 of 2 pass", "official: 1 of 2 pass, 1 differs"]


def test_the_text_has_a_line_for_each_sentence_below_its_page() -> None:
    text = as_text(TABLE)

    assert text[text.index("Order messages") + 1] == (
        "  pass      differs   order is kept (it is not)"
    )


def test_the_page_says_versions_totals_and_each_sentence() -> None:
    text = page(TABLE, Versions("1.2.3", "Google's emulator 0.8.20", "2.44.0"))

    assert "- embedded: version 1.2.3 of this project" in text
    assert "**official: 1 of 2 pass, 1 differs.**" in text
    assert "## [Order messages](https://docs.example/Order messages)" in text
    assert "| order is kept | pass | differs | it is not |" in text
