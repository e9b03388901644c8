"""A delivery gets its verdict only after the confirmation, whatever the confirmation is."""

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from consumer.dead_letter import RetryPolicy
from consumer.dead_letter_share import DeadLetterShare
from consumer.dispatch import Dispatch, Pending, Route
from consumer.errors import (
    ChurnError,
    DatabaseDown,
    DeadLetterShareExceeded,
    PublishRefused,
    PubSubDown,
    ResourceMissing,
)
from consumer.health import Health
from consumer.hold import Hold
from consumer.message import Message, OutgoingMessage
from consumer.no_history import NO_HISTORY, NoHistory
from consumer.pipeline import conclude, judge
from consumer.ports import History, Model
from consumer.settlement import Settlement
from consumer.stages import Alerted, Decision, EventKey, Remembered
from consumer.stopping import StopSignal
from consumer.telemetry import FinalOutcome, Metrics
from tests.builders import (
    NOON,
    POLICY,
    TOPIC,
    LogisticModel,
    RecordedProfiles,
    message,
    processed,
    profile,
    update,
)

ALERTS, DEAD_LETTERS = "projects/p/topics/alerts", "projects/p/topics/dead-letters"
ROUTE = Route("projects/p/subscriptions/s", ALERTS, DEAD_LETTERS)


@dataclass
class RecordedDelivery:
    """Records its one verdict, and what was confirmed before it."""

    message: Message
    confirmed: list[OutgoingMessage]
    verdict: str = "none"
    confirmed_before: int = -1

    def is_expired(self, clock: float) -> bool:
        return clock > 1000

    def ack(self) -> None:
        self._settle("ack")

    def nack(self) -> None:
        self._settle("nack")

    def _settle(self, verdict: str) -> None:
        assert self.verdict == "none"
        self.verdict, self.confirmed_before = verdict, len(self.confirmed)


@dataclass
class RecordedPublication:
    topic: str
    message: OutgoingMessage
    is_confirmed: bool = False


@dataclass
class RecordedPublisher:
    """Confirms what it is told to confirm; ``refuse`` says with what it fails instead."""

    refuse: Callable[[str], ChurnError | None] = lambda topic: None  # noqa: ARG005
    published: list[RecordedPublication] = field(default_factory=list)
    confirmed: list[OutgoingMessage] = field(default_factory=list)
    calls: list[tuple[str, int]] = field(default_factory=list)
    """The topic and the number of messages of each call of publish."""
    asked: int = 0
    """How often it was asked for a confirmation."""

    def publish(self, topic: str, outgoing: Sequence[OutgoingMessage]) -> list[RecordedPublication]:
        self.calls.append((topic, len(outgoing)))
        sent = [RecordedPublication(topic, each) for each in outgoing]
        self.published += sent
        return sent

    def confirm(self, publication: RecordedPublication) -> str:
        self.asked += 1
        error = self.refuse(publication.topic)
        if error is not None:
            raise error
        self.confirmed.append(publication.message)
        return "1"


@dataclass
class RecordedHistory(NoHistory):
    """A history in memory; ``known`` is what it remembers, ``away`` makes confirming fail."""

    known: dict[EventKey, Remembered] = field(default_factory=dict)
    confirmed: list[EventKey] = field(default_factory=list)
    acks_before: Callable[[], int] = lambda: 0
    away: list[ChurnError] = field(default_factory=list)
    asked: int = 0

    def recall(self, keys: Sequence[EventKey]) -> Mapping[EventKey, Remembered]:
        return {key: self.known[key] for key in keys if key in self.known}

    def record(
        self, decisions: Sequence[Decision], model: Model, *, threshold: float
    ) -> Sequence[Remembered | None]:
        del model, threshold
        return [
            Remembered(each.alert.encode(), NOON, is_settled=False, is_earlier=False)
            if each.alert
            else Remembered(None, NOON, is_settled=True, is_earlier=False)
            for each in decisions
        ]

    def confirm(self, keys: Sequence[EventKey]) -> None:
        self.asked += 1
        if self.away:
            raise self.away.pop(0)
        assert self.acks_before() == 0
        self.confirmed.extend(keys)


class World:
    """A settlement with its thread, on a publisher that records."""

    def __init__(
        self,
        refuse: Callable[[str], ChurnError | None] | None = None,
        history: History = NO_HISTORY,
    ) -> None:
        self.history = history
        self.publisher = RecordedPublisher(refuse) if refuse else RecordedPublisher()
        self.metrics = Metrics()
        self.clock = 0.0
        self.stop = StopSignal(drain_seconds=0, clock=lambda: 0.0)
        self.failed = threading.Event()
        health = Health()
        hold = Hold(
            self.stop,
            health=health,
            metrics=self.metrics,
            random_=random.Random(1),
            sleep=lambda _: None,
        )
        self.dispatch = Dispatch(
            self.publisher,  # type: ignore[arg-type]
            ROUTE,
            policy=POLICY,
            retry=RetryPolicy(max_attempts=4, max_age=timedelta(hours=1)),
            share=DeadLetterShare(max_share=0.5, window=4),
            now=lambda: NOON,
            stage=self.metrics.stage,
        )
        self.settlement = Settlement(
            self.publisher,  # type: ignore[arg-type]
            self.dispatch,
            hold,
            history=history,
            health=health,
            metrics=self.metrics,
            now=lambda: NOON,
            clock=lambda: self.clock,
            when_failed=self.failed.set,
        )

    def send(self, *batch: Message) -> tuple[list[RecordedDelivery], list[Pending]]:
        deliveries = [RecordedDelivery(each, self.publisher.confirmed) for each in batch]
        known = RecordedProfiles({1: profile(1, age=70), 2: profile(2, age=20)})
        judged = judge(
            batch,
            topic=TOPIC,
            profiles=known,
            model=LogisticModel(),
            policy=POLICY,
            history=self.history,
        )
        outcomes = conclude(judged, history=self.history)
        return deliveries, self.dispatch.send(deliveries, outcomes)  # type: ignore[arg-type]

    def settle(self, *batch: Message) -> list[RecordedDelivery]:
        deliveries, pending = self.send(*batch)
        self.settlement.start()
        self.settlement.put(pending)
        self.settlement.close()
        return deliveries

    def count(self, outcome: FinalOutcome) -> float | None:
        return self.metrics.registry.get_sample_value("churn_events_total", {"outcome": outcome})


ALERTING, QUIET, BROKEN = update(1), update(2), message(b"{")
REDELIVERED = ALERTING._replace(delivery_attempt=2)
UNKNOWN, UNKNOWN_AT_LAST = update(9), message(b'{"id_client": 9}', attempt=4)


def down(topic: str) -> ChurnError | None:
    return PubSubDown("away") if topic == ALERTS else None


def refused(topic: str) -> ChurnError | None:
    return PublishRefused("too large") if topic == ALERTS else None


def test_an_alert_is_confirmed_before_its_event_is_acknowledged() -> None:
    world = World()
    [delivery] = world.settle(ALERTING)
    assert (delivery.verdict, delivery.confirmed_before) == ("ack", 1)
    assert [each.topic for each in world.publisher.published] == [ALERTS]


def test_silence_is_acknowledged_without_publishing() -> None:
    world = World()
    [delivery] = world.settle(QUIET)
    assert delivery.verdict == "ack"
    assert world.publisher.published == []


def test_a_broken_event_is_acknowledged_after_its_dead_letter_is_confirmed() -> None:
    world = World()
    [delivery] = world.settle(BROKEN)
    assert (delivery.verdict, delivery.confirmed_before) == ("ack", 1)
    assert world.publisher.published[0].topic == DEAD_LETTERS
    assert world.publisher.published[0].message.data == b"{"


def test_an_unknown_customer_is_given_back_until_its_last_attempt() -> None:
    first, last = World().settle(UNKNOWN, UNKNOWN_AT_LAST)
    assert (first.verdict, last.verdict) == ("nack", "ack")


def test_deliveries_are_counted_by_what_became_of_them() -> None:
    world = World()
    world.settle(ALERTING, QUIET, BROKEN, UNKNOWN)
    names: tuple[FinalOutcome, ...] = ("alert", "silent", "dead_lettered", "retried")
    assert [world.count(name) for name in names] == [1, 1, 1, 1]


def test_what_is_not_confirmed_when_the_time_to_stop_is_over_is_given_back() -> None:
    world = World(refuse=down)
    world.stop.request()
    [delivery] = world.settle(ALERTING)
    assert delivery.verdict == "nack"


def test_once_the_time_to_stop_is_over_no_further_confirmation_is_waited_for() -> None:
    world = World(refuse=down)
    world.stop.request()
    deliveries = world.settle(*(update(1) for _ in range(5)))
    assert [each.verdict for each in deliveries] == ["nack"] * 5
    assert world.publisher.asked == 1


def test_an_outage_is_waited_out_and_then_acknowledged() -> None:
    answers: list[ChurnError | None] = [PubSubDown("away"), PubSubDown("away"), None]
    world = World(refuse=lambda _: answers.pop(0))
    [delivery] = world.settle(ALERTING)
    assert (delivery.verdict, delivery.confirmed_before) == ("ack", 1)


def test_an_alert_that_pubsub_refuses_is_retried_then_a_dead_letter() -> None:
    world = World(refuse=refused)
    complete = {"age": 70, "pays": "France", "salaire": 1}
    last = message({"id_client": 1, **complete}, attempt=4)
    first_delivery, last_delivery = world.settle(ALERTING, last)
    assert (first_delivery.verdict, last_delivery.verdict) == ("nack", "ack")
    assert world.publisher.published[-1].message.attributes["churn-error"] == "PublishRefused"


def test_a_dead_letter_that_pubsub_refuses_is_left_to_the_subscriptions_own_policy() -> None:
    world = World(refuse=lambda _: PublishRefused("too large"))
    assert [each.verdict for each in world.settle(BROKEN)] == ["nack"]


def test_a_missing_topic_stops_the_worker_and_gives_everything_back() -> None:
    world = World(refuse=lambda topic: ResourceMissing("no topic") if topic == ALERTS else None)
    deliveries = world.settle(update(1), update(1))
    assert world.failed.is_set()
    assert [each.verdict for each in deliveries] == ["nack", "nack"]
    with pytest.raises(ResourceMissing):
        world.settlement.raise_failure()


def test_too_many_dead_letters_stop_before_any_of_the_batch_is_published() -> None:
    world = World()
    with pytest.raises(DeadLetterShareExceeded):
        world.send(*(message(b"{") for _ in range(3)))
    assert world.publisher.published == []


def test_an_acknowledgement_after_the_lease_ended_is_counted() -> None:
    world = World()
    world.clock = 2000
    world.settle(QUIET)
    assert world.metrics.registry.get_sample_value("churn_expired_acks_total") == 1


def test_every_event_has_its_age_in_the_histogram_and_every_stage_its_clock() -> None:
    world = World()
    world.settle(ALERTING, QUIET, BROKEN, UNKNOWN)
    value = world.metrics.registry.get_sample_value
    assert value("churn_event_age_seconds_count") == 4
    for stage in ("encode", "publish", "confirm", "ack", "settle"):
        assert value("churn_stage_seconds_count", {"stage": stage}) == 1


def test_the_alerts_of_a_batch_are_published_together_and_its_dead_letters_too() -> None:
    world = World()
    deliveries = world.settle(update(1), BROKEN, QUIET, update(1), UNKNOWN_AT_LAST)
    assert [each.verdict for each in deliveries] == ["ack"] * 5
    assert world.publisher.calls == [(ALERTS, 2), (DEAD_LETTERS, 2)]


def test_each_delivery_waits_for_its_own_publication() -> None:
    asked: list[str] = []

    def refuse_the_second_letter(topic: str) -> ChurnError | None:
        asked.append(topic)
        is_second = topic == DEAD_LETTERS and asked.count(DEAD_LETTERS) == 2
        return PublishRefused("invalid") if is_second else None

    deliveries = World(refuse=refuse_the_second_letter).settle(
        BROKEN, update(1), UNKNOWN_AT_LAST, update(1)
    )
    assert [each.verdict for each in deliveries] == ["ack", "ack", "nack", "ack"]


FIRST = EventKey("crm/paris", "e-1", "")


def test_the_history_learns_of_a_confirmed_alert_before_its_event_is_acknowledged() -> None:
    history = RecordedHistory()
    world = World(history=history)
    deliveries, pending = world.send(ALERTING, QUIET, BROKEN)
    history.acks_before = lambda: sum(each.verdict == "ack" for each in deliveries)
    world.settlement.start()
    world.settlement.put(pending)
    world.settlement.close()
    world.settlement.raise_failure()
    assert history.confirmed == [FIRST]
    assert [each.verdict for each in deliveries] == ["ack", "ack", "ack"]


def test_the_history_is_not_asked_for_a_batch_without_alerts() -> None:
    history = RecordedHistory()
    World(history=history).settle(QUIET, BROKEN, UNKNOWN)
    assert history.asked == 0


def test_an_alert_that_is_not_confirmed_is_not_noted() -> None:
    history = RecordedHistory()
    world = World(refuse=refused, history=history)
    world.settle(ALERTING)
    assert history.asked == 0


def test_a_history_that_is_away_is_waited_for() -> None:
    history = RecordedHistory(away=[DatabaseDown("away"), DatabaseDown("away")])
    [delivery] = World(history=history).settle(ALERTING)
    assert (delivery.verdict, history.confirmed) == ("ack", [FIRST])


def test_what_cannot_be_noted_before_the_time_to_stop_is_over_is_given_back() -> None:
    history = RecordedHistory(away=[DatabaseDown("away")] * 5)
    world = World(history=history)
    world.stop.request()
    loud, quiet = world.settle(ALERTING, QUIET)
    assert (loud.verdict, quiet.verdict) == ("nack", "ack")
    assert (world.count("alert"), world.count("retried"), world.count("silent")) == (0, 1, 1)


def test_an_event_that_is_settled_is_acknowledged_and_counted_and_not_published_again() -> None:
    settled = Remembered(None, NOON, is_settled=True, is_earlier=True)
    world = World(history=RecordedHistory(known={FIRST: settled}))
    [delivery] = world.settle(REDELIVERED)
    assert delivery.verdict == "ack"
    assert world.publisher.published == []
    assert world.count("already_settled") == 1


def test_an_alert_that_was_kept_is_published_as_it_was_kept() -> None:
    [first] = processed(ALERTING, known={1: profile(1, age=45)})
    assert isinstance(first, Alerted)
    earlier = NOON - timedelta(hours=1)
    kept = Remembered(first.alert.encode() + b" ", earlier, is_settled=False, is_earlier=True)
    history = RecordedHistory(known={FIRST: kept})
    world = World(history=history)
    world.settle(REDELIVERED)
    [published] = world.publisher.published
    assert published.message.data == kept.alert
    assert published.message.attributes["scored_at"] == "2024-05-01T11:00:00Z"
    assert history.confirmed == [FIRST]
