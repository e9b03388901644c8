"""The three forms of the report: page, terminal and JSON."""

import json
import re
from dataclasses import replace

import pytest
from rich.console import Console

from tests.unit.what_if.pairs import event, found
from tools.what_if.document import document
from tools.what_if.findings import Findings
from tools.what_if.page import page
from tools.what_if.screen import show

DAYS = tuple(f"2024-05-{day:02}T12:00:00Z" for day in range(1, 10))


@pytest.fixture(scope="module")
def told() -> Findings:
    """Ninety Germans of whom half left, as many French, some broken, over nine days."""
    batch = [
        event(customer, age=20 + customer % 60, pays=pays, time=DAYS[customer % 9], nom="Belor")
        for customer in range(180)
        for pays in [("France", "Allemagne")[customer % 2]]
    ]
    left = {customer: customer % 4 == 1 for customer in range(180)}
    return found([*batch, event(1, age=-1)], left=left)


@pytest.fixture(scope="module")
def written(told: Findings) -> str:
    return page(told)


def test_the_page_needs_nothing_but_itself_and_runs_nothing(written: str) -> None:
    assert "http" not in written
    assert "<script" not in written
    assert "url(" not in written
    sources = re.findall(r'src="([^"]{0,22})', written)
    assert sources == ["data:image/png;base64,"] * 3
    assert not re.findall(r'href="', written)


def test_the_page_names_no_customer_by_name(written: str, told: Findings) -> None:
    assert "Belor" not in written
    assert "nom" not in re.findall(r"\w+", re.sub(r"base64,[^\"]+", "", written).lower())
    assert str(told.movers[0].id_client) in written


def test_the_page_says_what_a_model_owner_needs(written: str) -> None:
    for head in (
        "What if hundredths 2 replaced hundredths 1?",
        "Before you decide",
        "Decisions that change",
        "Alerts a day",
        "How far the probabilities differ",
        "Where it is known who left",
        "The customers that move most",
        "What was compared",
    ):
        assert head in written
    assert "Where the truth is known, the candidate is better." in written
    assert "silent → high" in written
    assert "PAYS Allemagne (+" in written


def test_the_same_findings_give_the_same_page(written: str, told: Findings) -> None:
    assert page(told) == written


def test_text_out_of_a_manifest_or_file_name_is_no_markup() -> None:
    told = found([event(1), event(2, pays="Allemagne")])
    about = replace(told.about, source="<script>alert(1)</script>")
    hostile = page(replace(told, about=about))
    assert "<script" not in hostile
    assert "&lt;script&gt;" in hostile


def test_the_page_without_any_truth_says_so() -> None:
    written = page(found([event(1), event(2, pays="Allemagne")]))
    assert "Of none of the 2 customers is it known whether it left" in written
    assert written.count("data:image/png") == 2


def test_the_terminal_shows_the_summary_and_each_table(told: Findings) -> None:
    console = Console(width=200, highlight=False)
    with console.capture() as captured:
        show(told, console)
    text = captured.get()
    assert text.startswith("Where the truth is known, the candidate is better.")
    for title in ("Models", "Decisions", "By country", "By risk", "Customers that move most"):
        assert title in text
    assert "not compared: 1 no valid customer update" in text
    assert "such as message 181: age: Input should be greater" in text
    assert "Belor" not in text


def test_the_document_has_it_all_in_numbers(told: Findings) -> None:
    content = json.loads(document(told, 1.5))
    assert (content["messages"], content["compared"]) == (181, 180)
    assert content["not_compared"] == {"invalid": 1}
    assert content["event_time"] == {
        "first": "2024-05-01T12:00:00Z",
        "last": "2024-05-09T12:00:00Z",
    }
    decided = content["decisions"]
    assert sum(each["events"] for each in decided["counts"]) == 180
    assert decided["new_alerts"] > 0 == decided["lost_alerts"]
    assert content["candidate"]["threshold"] == 0.5
    assert len(content["alerts_a_day"]["days"]) == 9
    assert content["truth"]["customers"] == 180
    assert set(content["truth"]["metrics"]) == {"f1", "precision", "recall"}
    assert len(content["movers"]) == 20
    assert content["movers"][0]["reasons"][0]["feature"]
    assert "Belor" not in json.dumps(content)
