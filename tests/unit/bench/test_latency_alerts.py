"""Each event's alert is found by the event's id, and there must be exactly one."""

from datetime import UTC, datetime

import pytest

from consumer.alerts import AlertPolicy, alert_message
from consumer.stages import Alerted
from tests.builders import NOON, POLICY, processed, profile, update
from tools.bench.latency.alerts import NotOneAlertEach, event_id_of, latencies
from tools.bench.latency.subjects import ALL
from tools.sample.events import sample_events


def test_an_echo_is_of_the_event_whose_id_it_carries() -> None:
    [event] = sample_events(1, seed=7, now=lambda: datetime.now(UTC))

    assert event_id_of(event.message.data, event.message.attributes) == "7-0"


def test_an_alert_is_of_the_event_that_it_names() -> None:
    [worker] = [subject for subject in ALL if subject.has_metrics]
    threshold = float(worker.settings["CHURN_ALERTS__THRESHOLD"])
    policy = AlertPolicy(threshold, deployment="test")
    [outcome] = processed(update(1, event_id="e-7"), known={1: profile(1)}, policy=policy)
    assert isinstance(outcome, Alerted), "from this threshold on every event raises an alert"

    alert = alert_message(outcome, POLICY, scored_at=NOON)

    assert event_id_of(alert.data, alert.attributes) == "e-7"


def test_latencies_stand_in_the_order_of_the_events() -> None:
    started = {"a": 1.0, "b": 2.0, "c": 3.0}

    assert latencies(started, [("c", 3.5), ("a", 2.0), ("b", 2.25)]) == [1.0, 0.25, 0.5]


@pytest.mark.parametrize(
    ("arrived", "problem"),
    [
        (["a"], "no alert for 1 of them, such as b"),
        (["a", "b", "a", "a"], "several for 1 of them, such as a"),
        (["a", "b", "z"], "not to come for 1 of them, such as z"),
    ],
)
def test_an_event_without_exactly_one_alert_ends_the_benchmark(
    arrived: list[str], problem: str
) -> None:
    with pytest.raises(NotOneAlertEach, match=f"each of 2 events: {problem}"):
        latencies({"a": 1.0, "b": 2.0}, [(event, 3.0) for event in arrived])
