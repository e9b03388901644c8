"""Confirm what was published, then acknowledge: on a thread of its own, batch after batch.

A delivery gets its verdict only here. It is acknowledged after the server confirmed its alert or
its dead letter, or when there is nothing to publish; otherwise it is given back.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from consumer.dispatch import Dispatch, Pending
from consumer.errors import DependencyDown, PublishRefused
from consumer.health import Health
from consumer.hold import Hold
from consumer.line import Line
from consumer.no_history import NO_HISTORY
from consumer.ports import History
from consumer.publisher import Publication, Publisher
from consumer.stages import Alerted, EventKey, Failed, key_of
from consumer.telemetry import FinalOutcome, Metrics

BATCHES_IN_FLIGHT = 4
"""How many batches may wait for their confirmation before scoring waits too."""

log = structlog.get_logger(__name__)


class Settlement(Line[Sequence[Pending]]):
    """Settles batches in the order in which they were scored."""

    def __init__(
        self,
        publisher: Publisher,
        dispatch: Dispatch,
        hold: Hold,
        *,
        history: History = NO_HISTORY,
        health: Health,
        metrics: Metrics,
        now: Callable[[], datetime],
        clock: Callable[[], float],
        when_failed: Callable[[], None],
    ) -> None:
        super().__init__("settlement", most_waiting=BATCHES_IN_FLIGHT, when_failed=when_failed)
        self._publisher = publisher
        self._dispatch = dispatch
        self._hold = hold
        self._history = history
        self._health = health
        self._metrics = metrics
        self._now = now
        self._clock = clock
        self._given_up: DependencyDown | None = None

    def work(self, batch: Sequence[Pending]) -> None:
        """Settle a batch."""
        stage = self._metrics.stage
        with stage("settle"):
            with stage("confirm"):
                confirmed = [
                    self._confirm(each) if each.publication else each.end for each in batch
                ]
                outcomes = self._remember(batch, confirmed)
            with stage("ack"):
                self._give_verdicts(batch, outcomes)
        for outcome, count in Counter(outcomes).items():
            self._metrics.outcome(outcome, count)
        self._health.settled(len(batch))

    def give_back(self, batch: Sequence[Pending]) -> None:
        """Let all of it come again that has no verdict."""
        for pending in batch:
            pending.delivery.nack()

    def _remember(
        self, batch: Sequence[Pending], outcomes: Sequence[FinalOutcome]
    ) -> list[FinalOutcome]:
        """Note in the history which alerts are out, before their events are acknowledged.

        What cannot be noted before the time to stop is over is given back, and sent again.
        """
        pairs = zip(batch, outcomes, strict=True)
        keys = [_kept_alert(pending) if outcome == "alert" else None for pending, outcome in pairs]
        sent = [key for key in keys if key is not None]
        if not sent or self._noted(sent):
            return list(outcomes)
        return ["retried" if key else outcome for key, outcome in zip(keys, outcomes, strict=True)]

    def _noted(self, sent: Sequence[EventKey]) -> bool:
        if self._given_up is not None:
            return False
        try:
            self._hold.until_up(lambda: self._history.confirm(sent))
        except DependencyDown as error:
            self._given_up = error
            return False
        return True

    def _give_verdicts(self, batch: Sequence[Pending], outcomes: Sequence[FinalOutcome]) -> None:
        """Acknowledge or give back, and measure; the clocks are read once for the batch."""
        clock, now = self._clock(), self._now()
        deliveries = [pending.delivery for pending in batch]
        self._metrics.expired_acks.inc(sum(each.is_expired(clock) for each in deliveries))
        for delivery, outcome in zip(deliveries, outcomes, strict=True):
            if outcome == "retried":
                delivery.nack()
            else:
                delivery.ack()
        ages = [(now - each.message.publish_time).total_seconds() for each in deliveries]
        self._metrics.event_age_seconds.observe([max(0.0, age) for age in ages])

    def _confirm(self, pending: Pending) -> FinalOutcome:
        """Wait for the confirmation of what was published; say what the delivery came to."""
        try:
            if pending.publication is not None:
                self._wait_for(pending.publication)
        except PublishRefused as error:
            return self._refused(pending, error)
        except DependencyDown:
            return "retried"
        return pending.end

    def _wait_for(self, publication: Publication) -> None:
        """Wait through outages; once the time to stop is over, for no publication any more.

        Raises:
            DependencyDown: it is not confirmed, and the time to stop is over.
        """
        if publication.is_confirmed:
            return
        if self._given_up is not None:
            raise self._given_up
        try:
            self._hold.until_up(lambda: self._publisher.confirm(publication))
        except DependencyDown as error:
            self._given_up = error
            raise

    def _refused(self, pending: Pending, error: PublishRefused) -> FinalOutcome:
        """An alert that Pub/Sub refuses is retried, then a dead letter.

        A dead letter that is refused is given back: the subscription's own policy takes it.
        """
        log.warning("publish_refused", reason=str(error))
        if isinstance(pending.outcome, Failed):
            return "retried"
        letter = self._dispatch.give_up(pending.delivery.message, error)
        if letter is None:
            return "retried"
        try:
            self._wait_for(letter)
        except (PublishRefused, DependencyDown):
            return "retried"
        return "dead_lettered"


def _kept_alert(pending: Pending) -> EventKey | None:
    """Name the event whose alert is kept in the history; None for all others."""
    alerted = pending.outcome
    if isinstance(alerted, Alerted) and alerted.kept is not None:
        return key_of(alerted.event)
    return None
