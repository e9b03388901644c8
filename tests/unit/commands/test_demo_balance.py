"""The demo's balance: it adds up, or it says what does not."""

from dataclasses import replace

import orjson
import pytest
from prometheus_client import generate_latest

from consumer.message import Message, OutgoingMessage
from consumer.telemetry import Metrics
from tests.builders import NOON
from tools.demo.ledger import Ledger, percentile
from tools.demo.screen import summary_lines
from tools.demo.summary import is_settled, problems, summarise
from tools.demo.worker_process import Counts, counts_of
from tools.sample.events import Kind, SampleEvent

COUNTS = Counts(alert=2, silent=1, dead_lettered=2, retried=3)


def event(event_id: str, kind: Kind = Kind.UPDATE) -> SampleEvent:
    return SampleEvent(kind, OutgoingMessage(b"", {"ce-id": event_id}))


def alert(message_id: str, event_id: str) -> Message:
    return Message(message_id, orjson.dumps({"event_id": event_id}), {}, NOON)


def dead_letter(message_id: str, error: str) -> Message:
    return Message(message_id, b"", {"churn-error": error}, NOON)


def balanced() -> Ledger:
    ledger = Ledger()
    ledger.publishing(event("a"), at=10.0)
    ledger.publishing(event("b"), at=11.0)
    ledger.publishing(event("a", Kind.DUPLICATE), at=12.0)
    ledger.publishing(event("c", Kind.BROKEN), at=13.0)
    ledger.publishing(event("d", Kind.UNKNOWN_CUSTOMER), at=14.0)
    ledger.alert(alert("1", "a"), at=10.25)
    ledger.alert(alert("2", "a"), at=12.5)
    ledger.dead_letter(dead_letter("3", "InvalidEvent"))
    ledger.dead_letter(dead_letter("4", "UnknownCustomer"))
    return ledger


def test_what_adds_up_has_no_problems() -> None:
    assert list(problems(balanced(), COUNTS, confirmed=5)) == []
    assert is_settled(balanced(), COUNTS)


@pytest.mark.parametrize(
    ("counts", "confirmed", "problem"),
    [
        (COUNTS, 4, "5 events were published, the server confirmed 4"),
        (replace(COUNTS, silent=0), 5, "5 events were published, the worker brought 4 to an end"),
        (replace(COUNTS, alert=3, silent=0), 5, "the worker counts 3 alerts, 2 came out"),
        (
            replace(COUNTS, dead_lettered=1, silent=2),
            5,
            "the worker counts 1 dead letters, 2 came out",
        ),
        (replace(COUNTS, violations=1), 5, "1 batches lost or gained events"),
    ],
)
def test_each_thing_that_does_not_add_up_is_said(
    counts: Counts, confirmed: int, problem: str
) -> None:
    found = list(problems(balanced(), counts, confirmed))
    assert len(found) == 1
    assert problem in found[0]


def test_a_dead_letter_for_another_reason_than_expected_is_a_problem() -> None:
    ledger = balanced()
    ledger.dead_letters["ScoringFailed"] = ledger.dead_letters.pop("InvalidEvent")
    assert list(problems(ledger, COUNTS, confirmed=5)) == [
        "1 dead letters InvalidEvent were to be expected, 0 came",
        "0 dead letters ScoringFailed were to be expected, 1 came",
    ]


def test_a_message_that_is_delivered_twice_counts_once() -> None:
    ledger = balanced()
    ledger.alert(alert("2", "a"), at=99.0)
    ledger.dead_letter(dead_letter("3", "InvalidEvent"))
    assert ledger.alerts == 2
    assert ledger.dead_letters.total() == 2


def test_only_the_first_alert_of_an_event_is_measured() -> None:
    assert balanced().seconds == [0.25]


def test_it_is_not_settled_before_everything_has_arrived() -> None:
    assert not is_settled(balanced(), replace(COUNTS, silent=0))
    assert not is_settled(balanced(), replace(COUNTS, alert=3, silent=0))
    assert not is_settled(balanced(), replace(COUNTS, dead_lettered=3, silent=0))


@pytest.mark.parametrize(("share", "value"), [(0.5, 50.0), (0.99, 99.0), (1.0, 100.0), (0.0, 1.0)])
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert percentile([float(each) for each in range(100, 0, -1)], share) == value


def test_counts_are_read_from_the_workers_own_page_of_metrics() -> None:
    metrics = Metrics()
    metrics.outcome("alert", 2)
    metrics.outcome("retried", 3)
    metrics.conservation_violations.inc()
    page = generate_latest(metrics.registry).decode()
    assert counts_of(page) == Counts(alert=2, retried=3, violations=1)


def test_the_summary_tells_every_number_and_what_was_measured() -> None:
    text = "\n".join(summary_lines(summarise(balanced(), COUNTS, confirmed=5, rate=60)))
    for part in ("2 update", "1 InvalidEvent, 1 UnknownCustomer", "p50 250 ms, p99 250 ms"):
        assert part in text
    assert "the first event included" in text


def test_without_alerts_there_is_no_latency() -> None:
    summary = summarise(Ledger(), Counts(), confirmed=0, rate=60)
    assert summary.latency is None
    assert "latency" not in "\n".join(summary_lines(summary))
