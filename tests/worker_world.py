"""A whole worker, with its settlement's thread, between edges that record and fail as told."""

import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import get_args

from consumer.dead_letter import RetryPolicy
from consumer.dead_letter_share import DeadLetterShare
from consumer.dispatch import Dispatch, Route
from consumer.errors import DatabaseDown, PublishRefused, PubSubDown
from consumer.health import Health
from consumer.hold import Hold
from consumer.message import Message, OutgoingMessage
from consumer.pipeline import Judged, conclude
from consumer.recording import Recording
from consumer.settlement import Settlement
from consumer.stages import Outcome
from consumer.stopping import StopSignal
from consumer.telemetry import FinalOutcome, Metrics
from consumer.worker import Worker
from schemas.tables import Profile
from tests.builders import NOON, POLICY, RecordedProfiles

ALERTS, DEAD_LETTERS = "projects/p/topics/alerts", "projects/p/topics/dead-letters"
SUBSCRIPTION = "projects/p/subscriptions/s"
LAST_ATTEMPT = 4

Judge = Callable[[Sequence[Message]], Judged]
Conclude = Callable[[Judged], list[Outcome]]


@dataclass
class RecordedDelivery:
    """Records every verdict; there must be one."""

    message: Message
    verdicts: list[str] = field(default_factory=list)

    def is_expired(self, clock: float) -> bool:
        """Never: leases have tests of their own."""
        del clock
        return False

    def ack(self) -> None:
        """Done with."""
        self.verdicts.append("ack")

    def nack(self) -> None:
        """Given back."""
        self.verdicts.append("nack")


@dataclass
class RecordedSubscriber:
    """Gives the batches one after the other; at the end what has no verdict is given back."""

    waiting: list[list[RecordedDelivery]]
    given: list[RecordedDelivery] = field(default_factory=list)

    def batches(self, stop: StopSignal) -> Iterator[list[RecordedDelivery]]:
        """Give the batches until the stop."""
        for batch in self.waiting:
            if stop.requested:
                return
            self.given += batch
            yield batch

    def close(self) -> None:
        """Give back what has no verdict."""
        for delivery in itertools.chain.from_iterable(self.waiting):
            if not delivery.verdicts:
                delivery.nack()


@dataclass
class RecordedPublication:
    """A message on its way."""

    topic: str
    message: OutgoingMessage
    is_confirmed: bool = False


@dataclass
class RecordedPublisher:
    """Confirms, except for what it refuses and in its outages (by the number of the question)."""

    refuses: Callable[[RecordedPublication], bool]
    outages: frozenset[int]
    confirmed: list[RecordedPublication] = field(default_factory=list)
    asked: int = 0

    def publish(self, topic: str, messages: Sequence[OutgoingMessage]) -> list[RecordedPublication]:
        """Take messages."""
        return [RecordedPublication(topic, message) for message in messages]

    def confirm(self, publication: RecordedPublication) -> str:
        """Answer for it."""
        self.asked += 1
        if self.asked in self.outages:
            raise PubSubDown("away")
        if self.refuses(publication):
            raise PublishRefused("too large")
        publication.is_confirmed = True
        self.confirmed.append(publication)
        return "1"


@dataclass
class FailingProfiles(RecordedProfiles):
    """Customers in a database that is away at some questions, by their number."""

    outages: frozenset[int] = frozenset()
    when_asked: Callable[[int], None] = lambda number: None  # noqa: ARG005 - nothing to do

    def lookup(self, ids: Sequence[int]) -> Mapping[int, Profile]:
        """Find customers, unless it is away."""
        self.when_asked(len(self.queries) + 1)
        if len(self.queries) + 1 in self.outages:
            self.queries.append(list(ids))
            raise DatabaseDown("away")
        return super().lookup(ids)


class WorkerWorld:
    """A worker between recorded edges; :meth:`run` is its whole life."""

    def __init__(
        self,
        judge: Judge,
        batches: Sequence[Sequence[Message]],
        publisher: RecordedPublisher,
        *,
        conclude: Conclude = conclude,
        patient: bool = True,
    ) -> None:
        """Wire it.

        Args:
            judge: the first half of the core.
            batches: what the subscription delivers.
            publisher: where alerts and dead letters go.
            conclude: the second half.
            patient: whether outages are waited out after the stop, or everything given back.
        """
        self.metrics, self.publisher = Metrics(), publisher
        self.deliveries = [[RecordedDelivery(each) for each in batch] for batch in batches]
        self.subscriber = RecordedSubscriber(self.deliveries)
        self._judge, self._conclude = judge, conclude
        self.stop = StopSignal(drain_seconds=float(patient), clock=lambda: 0.0)
        self._health = Health()

    def run(self) -> None:
        """Work through the batches.

        Raises:
            ChurnError: whatever stopped the worker.
        """
        seconds = itertools.count(step=0.01)
        hold = Hold(
            self.stop,
            health=self._health,
            metrics=self.metrics,
            random_=random.Random(1),
            clock=lambda: next(seconds),
            sleep=lambda _: None,
        )
        dispatch = self._dispatch()
        settlement = self._settlement(dispatch, hold)
        Worker(
            subscriber=self.subscriber,  # type: ignore[arg-type]  # records, instead of Pub/Sub
            judge=self._judge,
            recording=Recording(
                self._conclude, dispatch, settlement, hold, when_failed=self.stop.request
            ),
            settlement=settlement,
            hold=hold,
            stop=self.stop,
        ).run()

    def counts(self) -> dict[FinalOutcome, int]:
        """Deliveries by what became of them."""
        return {name: self._count(name) for name in get_args(FinalOutcome)}

    def violations(self) -> float | None:
        """Batches that did not add up."""
        return self.metrics.registry.get_sample_value("churn_conservation_violations_total")

    def _count(self, name: FinalOutcome) -> int:
        sample = self.metrics.registry.get_sample_value("churn_events_total", {"outcome": name})
        return int(sample or 0)

    def _dispatch(self) -> Dispatch:
        return Dispatch(
            self.publisher,  # type: ignore[arg-type]  # records, instead of Pub/Sub
            Route(SUBSCRIPTION, ALERTS, DEAD_LETTERS),
            policy=POLICY,
            retry=RetryPolicy(LAST_ATTEMPT, max_age=timedelta(hours=1)),
            share=DeadLetterShare(max_share=1, window=10),
            now=lambda: NOON,
        )

    def _settlement(self, dispatch: Dispatch, hold: Hold) -> Settlement:
        return Settlement(
            self.publisher,  # type: ignore[arg-type]  # records, instead of Pub/Sub
            dispatch,
            hold,
            health=self._health,
            metrics=self.metrics,
            now=lambda: NOON,
            clock=lambda: 0.0,
            when_failed=self.stop.request,
        )
