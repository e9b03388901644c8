"""Outcomes are sent on their way: alerts and dead letters are published, nothing waits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from consumer.alerts import AlertPolicy, alert_message
from consumer.dead_letter import RetryPolicy, dead_letter, disposition_of
from consumer.dead_letter_share import DeadLetterShare
from consumer.errors import ChurnError, Disposition
from consumer.message import Message
from consumer.publisher import Publication, Publisher
from consumer.stages import Alerted, Failed, Outcome
from consumer.subscriber import Delivery


@dataclass(frozen=True, slots=True)
class Route:
    """From where, and to where: full Pub/Sub resource names."""

    subscription: str
    alert_topic: str
    dead_letter_topic: str


@dataclass(frozen=True, slots=True)
class Pending:
    """A delivery whose outcome is known but not final: its publication is not confirmed yet."""

    delivery: Delivery
    outcome: Outcome
    disposition: Disposition
    """What becomes of the delivery once the publication, if there is one, is confirmed."""
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
    ) -> None:
        self._publisher = publisher
        self._route = route
        self._policy = policy
        self._retry = retry
        self._share = share
        self._now = now

    def send(self, deliveries: Sequence[Delivery], outcomes: Sequence[Outcome]) -> list[Pending]:
        """Publish for each outcome, in order, without waiting for the server.

        Raises:
            DeadLetterShareExceeded: too many dead letters; nothing of this batch was published.
        """
        dispositions = [self._disposition(outcome) for outcome in outcomes]
        self._watch_share(outcomes, dispositions)
        return [
            Pending(delivery, outcome, disposition, self._publish(outcome, disposition))
            for delivery, outcome, disposition in zip(
                deliveries, outcomes, dispositions, strict=True
            )
        ]

    def give_up(self, message: Message, error: ChurnError) -> Publication | None:
        """Publish a dead letter if the error's retries ran out; None where it is retried."""
        disposition = disposition_of(error, message, self._retry, self._now())
        if disposition is not Disposition.DEAD_LETTER:
            return None
        self._share.admit_given_up(self._now(), message.publish_time)
        return self._bury(message, error)

    def _disposition(self, outcome: Outcome) -> Disposition:
        if isinstance(outcome, Failed):
            return disposition_of(outcome.error, outcome.message, self._retry, self._now())
        return Disposition.ACK

    def _watch_share(
        self, outcomes: Sequence[Outcome], dispositions: Sequence[Disposition]
    ) -> None:
        now = self._now()
        for outcome, disposition in zip(outcomes, dispositions, strict=True):
            if disposition is Disposition.ACK:
                self._share.admit_end(now)
            elif disposition is Disposition.DEAD_LETTER and isinstance(outcome, Failed):
                self._admit_letter(outcome, now)

    def _admit_letter(self, failed: Failed, now: datetime) -> None:
        if failed.error.disposition is Disposition.RETRY:
            self._share.admit_given_up(now, failed.message.publish_time)
        else:
            self._share.admit_refused(now)

    def _publish(self, outcome: Outcome, disposition: Disposition) -> Publication | None:
        if isinstance(outcome, Alerted):
            message = alert_message(outcome, self._policy, scored_at=self._now())
            return self._publisher.publish(self._route.alert_topic, message)
        if isinstance(outcome, Failed) and disposition is Disposition.DEAD_LETTER:
            return self._bury(outcome.message, outcome.error)
        return None

    def _bury(self, message: Message, error: ChurnError) -> Publication:
        letter = dead_letter(message, error, self._route.subscription)
        return self._publisher.publish(self._route.dead_letter_topic, letter)
