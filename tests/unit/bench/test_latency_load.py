"""The load process against a server whose input topic is the alert topic: an echo in no time."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from consumer.message import OutgoingMessage
from tools.bench.counted_pubsub import CountedPubSub
from tools.bench.errors import LoadFailed
from tools.bench.latency.load import Line, at_rate, one_by_one
from tools.bench.publishing import publish
from tools.emulator import Running, serve
from tools.emulator.server import Backlog
from tools.sample.events import sample_events
from tools.stack.names import Names
from tools.stack.pubsub import PubSub

NAMES = Names()
TOPIC = NAMES.topic(NAMES.alert_topic)
WATCH = NAMES.subscription_path(NAMES.alert_watch)
DELAY = 0.5


def line_to(address: str) -> Line:
    return Line(address, input_topic=TOPIC, alert_topic=TOPIC, alert_subscription=WATCH)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """Give a server with the topics of a stack."""
    with serve() as server, PubSub(server.address) as pubsub:
        pubsub.create(NAMES)
        yield server


@pytest.fixture
def line(server: Running) -> Line:
    """What is published is heard as if somebody had echoed it."""
    return line_to(server.address)


@pytest.fixture(scope="module")
def events() -> Sequence[OutgoingMessage]:
    """Give five events."""
    return [event.message for event in sample_events(5, seed=1, now=lambda: datetime.now(UTC))]


def test_each_lone_event_is_timed(line: Line, events: Sequence[OutgoingMessage]) -> None:
    measured = one_by_one(line, events, pause=0)

    assert len(measured) == 5
    assert all(seconds > 0 for seconds in measured)


def test_no_event_waits_for_the_confirmation_of_one_before(
    server: Running, line: Line, events: Sequence[OutgoingMessage]
) -> None:
    with server.faults.delay("Publish", seconds=DELAY, after=1):  # the probe goes first
        measured = at_rate(line, events, rate=100)

    assert max(measured.lateness) < DELAY
    assert min(measured.latencies) >= DELAY


def test_what_was_heard_is_acknowledged(events: Sequence[OutgoingMessage]) -> None:
    with CountedPubSub() as server, PubSub(server.address) as pubsub:
        pubsub.create(NAMES)
        at_rate(line_to(server.address), events, rate=1_000)

        assert server.backlog(WATCH) == Backlog(ready=0, outstanding=0)


def test_alerts_of_earlier_events_are_not_counted(
    server: Running, line: Line, events: Sequence[OutgoingMessage]
) -> None:
    publish(server.address, TOPIC, events[:1])

    assert len(one_by_one(line, events, pause=0, left_over=1)) == 5


def test_an_alert_of_an_earlier_event_that_is_not_expected_is_an_error(
    server: Running, line: Line, events: Sequence[OutgoingMessage]
) -> None:
    publish(server.address, TOPIC, events[:1])

    with pytest.raises(LoadFailed, match="alerts of earlier events are left, not 0"):
        one_by_one(line, events, pause=0)


def test_a_topic_that_is_not_there_is_one_line(
    line: Line, events: Sequence[OutgoingMessage]
) -> None:
    nowhere = Line(line.address, TOPIC + "-gone", line.alert_topic, line.alert_subscription)

    with pytest.raises(LoadFailed, match="answered NOT_FOUND"):
        at_rate(nowhere, events, rate=1_000)
