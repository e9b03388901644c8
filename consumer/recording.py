"""Keep what was decided, then send it on its way: on a thread of its own, batch after batch.

Meanwhile the worker scores the next batch: with the history on, half of a batch's time is its row
on the way to the database.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import structlog

from consumer.dispatch import Dispatch
from consumer.errors import AlreadySettled, ConservationViolated, DependencyDown
from consumer.hold import Hold
from consumer.line import Line
from consumer.pipeline import Judged
from consumer.settlement import Settlement
from consumer.stages import Failed, Outcome
from consumer.subscriber import Delivery
from consumer.telemetry import Metrics

BATCHES_WAITING = 1
"""How many batches may be scored ahead of the one that is being recorded."""

log = structlog.get_logger(__name__)


class Decided(NamedTuple):
    """A batch that was scored, with its deliveries."""

    deliveries: Sequence[Delivery]
    judged: Judged


class Recording(Line[Decided]):
    """Records and dispatches batches in the order in which they were scored."""

    def __init__(
        self,
        conclude: Callable[[Judged], list[Outcome]],
        dispatch: Dispatch,
        settlement: Settlement,
        hold: Hold,
        *,
        when_failed: Callable[[], None],
    ) -> None:
        super().__init__("recording", most_waiting=BATCHES_WAITING, when_failed=when_failed)
        self._conclude = conclude
        self._dispatch = dispatch
        self._settlement = settlement
        self._hold = hold

    def work(self, batch: Decided) -> None:
        """Record a batch, publish what it asks for, and hand it to the settlement."""
        try:
            outcomes = self._hold.until_up(lambda: self._conclude(batch.judged))
        except DependencyDown as error:
            give_back_all(batch.deliveries, error, self._hold)
            return
        except ConservationViolated:
            self._hold.metrics.conservation_violations.inc()
            raise
        _report(outcomes, self._hold.metrics)
        self._settlement.put(self._dispatch.send(batch.deliveries, outcomes))

    def give_back(self, batch: Decided) -> None:
        """Let all of it come again."""
        for delivery in batch.deliveries:
            delivery.nack()


def give_back_all(deliveries: Sequence[Delivery], error: DependencyDown, hold: Hold) -> None:
    """Let a batch come again whose dependency was still away when the time to stop was over."""
    log.warning("given_back", messages=len(deliveries), reason=str(error))
    for delivery in deliveries:
        delivery.nack()
    hold.metrics.outcome("retried", len(deliveries))
    hold.health.settled(len(deliveries))


def _report(outcomes: Sequence[Outcome], metrics: Metrics) -> None:
    """Count and log what an operator wants to know; never a customer's data."""
    unknown = 0
    for outcome in outcomes:
        if isinstance(outcome, Failed):
            _log(outcome)
        else:
            unknown += len(outcome.event.unknown_fields)
    metrics.unknown_fields.inc(unknown)


def _log(failed: Failed) -> None:
    if isinstance(failed.error, AlreadySettled):
        return  # nothing is wrong: it is counted, and no more
    log.warning(
        "event_failed",
        error=type(failed.error).__name__,
        reason=str(failed.error),
        message_id=failed.message.message_id,
        attempt=failed.message.delivery_attempt,
        traceparent=failed.message.traceparent,
    )
