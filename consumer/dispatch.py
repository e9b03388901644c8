"""Outcomes are sent on their way: alerts and dead letters are published, nothing waits."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from consumer.alerts import AlertPolicy, alert_message
from consumer.dead_letter import RetryPolicy, dead_letter, disposition_of
from consumer.dead_letter_share import DeadLetterShare
from consumer.errors import ChurnError, Disposition
from consumer.message import Message, OutgoingMessage
from consumer.ports import Stage
from consumer.publisher import Publication, Publisher
from consumer.stages import Alerted, Failed, Outcome
from consumer.subscriber import Delivery
from consumer.telemetry import FinalOutcome

_ENDS: Final[Mapping[Disposition, FinalOutcome]] = {
    Disposition.ACK: "already_settled",
    Disposition.RETRY: "retried",
    Disposition.DEAD_LETTER: "dead_lettered",
}


@dataclass(frozen=True, slots=True)
class Route:
    """From where, and to where: full Pub/Sub resource names."""

    subscription: str
    alert_topic: str
    dead_letter_topic: str


class Pending(NamedTuple):
    """A delivery whose outcome is known but not final: its publication is not confirmed yet."""

    delivery: Delivery
    outcome: Outcome
    end: FinalOutcome
    """What it comes to once the publication, if there is one, is confirmed."""
    publication: Publication | None


class Dispatch:
    """Publishes what outcomes ask for; the settlement confirms it."""

    def __init__(
        self,
        publisher: Publisher,
        route: Route,
        *,
        policy: AlertPolicy,
        retry: RetryPolicy,
        share: DeadLetterShare,
        now: Callable[[], datetime],
        stage: Stage = nullcontext,
    ) -> None:
        self._publisher = publisher
        self._route = route
        self._policy = policy
        self._retry = retry
        self._share = share
        self._now = now
        self._stage = stage

    def send(self, deliveries: Sequence[Delivery], outcomes: Sequence[Outcome]) -> list[Pending]:
        """Publish for each outcome without waiting for the server: the alerts, then the letters.

        Raises:
            DeadLetterShareExceeded: too many dead letters; nothing of this batch was published.
        """
        now = self._now()
        with self._stage("encode"):
            ends = [self._end(outcome, now) for outcome in outcomes]
            self._watch_share(outcomes, ends, now)
            alerts = [self._alert(each, now) for each in outcomes if isinstance(each, Alerted)]
            letters = self._letters(outcomes, ends)
        with self._stage("publish"):
            sent: Mapping[FinalOutcome, Iterator[Publication]] = {
                "alert": iter(self._publisher.publish(self._route.alert_topic, alerts)),
                "dead_lettered": self._bury(letters),
            }
        publications = [next(sent[end]) if end in sent else None for end in ends]
        rows = zip(deliveries, outcomes, ends, publications, strict=True)
        return list(map(Pending._make, rows))

    def give_up(self, message: Message, error: ChurnError) -> Publication | None:
        """Publish a dead letter if the error's retries ran out; None where it is retried."""
        now = self._now()
        disposition = disposition_of(error, message, self._retry, now)
        if disposition is not Disposition.DEAD_LETTER:
            return None
        self._share.admit_given_up(now, message.publish_time)
        return next(self._bury([self._letter(message, error)]))

    def _end(self, outcome: Outcome, now: datetime) -> FinalOutcome:
        if isinstance(outcome, Failed):
            return _ENDS[disposition_of(outcome.error, outcome.message, self._retry, now)]
        return "alert" if isinstance(outcome, Alerted) else "silent"

    def _watch_share(
        self, outcomes: Sequence[Outcome], ends: Sequence[FinalOutcome], now: datetime
    ) -> None:
        """Count in the order of the batch; events that end well in runs."""
        well = 0
        for outcome, end in zip(outcomes, ends, strict=True):
            if end == "dead_lettered" and isinstance(outcome, Failed):
                self._share.admit_ends(now, well)
                well = 0
                self._admit_letter(outcome, now)
            elif end != "retried":
                well += 1
        self._share.admit_ends(now, well)

    def _admit_letter(self, failed: Failed, now: datetime) -> None:
        if failed.error.disposition is Disposition.RETRY:
            self._share.admit_given_up(now, failed.message.publish_time)
        else:
            self._share.admit_refused(now)

    def _alert(self, alerted: Alerted, now: datetime) -> OutgoingMessage:
        return alert_message(alerted, self._policy, scored_at=now)

    def _letters(
        self, outcomes: Sequence[Outcome], ends: Sequence[FinalOutcome]
    ) -> list[OutgoingMessage]:
        return [
            self._letter(outcome.message, outcome.error)
            for outcome, end in zip(outcomes, ends, strict=True)
            if end == "dead_lettered" and isinstance(outcome, Failed)
        ]

    def _letter(self, message: Message, error: ChurnError) -> OutgoingMessage:
        return dead_letter(message, error, self._route.subscription)

    def _bury(self, letters: Sequence[OutgoingMessage]) -> Iterator[Publication]:
        return iter(self._publisher.publish(self._route.dead_letter_topic, letters))
