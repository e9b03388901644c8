"""The worker: receive, process, publish, settle, until it is asked to stop."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from consumer.dispatch import Dispatch
from consumer.errors import AlreadySettled, ConservationViolated, DependencyDown
from consumer.health import Health
from consumer.hold import Hold
from consumer.message import Message
from consumer.settlement import Settlement
from consumer.stages import Failed, Outcome
from consumer.stopping import StopSignal
from consumer.subscriber import Delivery, Subscriber
from consumer.telemetry import Metrics

log = structlog.get_logger(__name__)


def nothing_more() -> None:
    """Do nothing once a batch was dispatched."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Wired by :mod:`consumer.wiring`; :meth:`run` is its whole life."""

    subscriber: Subscriber
    process: Callable[[Sequence[Message]], list[Outcome]]
    dispatch: Dispatch
    settlement: Settlement
    hold: Hold
    stop: StopSignal
    health: Health
    metrics: Metrics
    dispatched: Callable[[], object] = nothing_more
    """Called after each batch that was dispatched; must neither wait nor raise."""

    def run(self) -> None:
        """Work until the stop signal, then finish what is held and return.

        Raises:
            WorkerBroken: it had to stop by itself; what it held was given back.
        """
        self.settlement.start()
        try:
            for batch in self.subscriber.batches(self.stop):
                self.settlement.raise_failure()
                self._handle(batch)
        finally:
            self.stop.request()
            self.settlement.close()
            self.subscriber.close()
        self.settlement.raise_failure()

    def _handle(self, batch: Sequence[Delivery]) -> None:
        self.metrics.batch_size.observe(len(batch))
        messages = [delivery.message for delivery in batch]
        try:
            outcomes = self.hold.until_up(lambda: self.process(messages))
        except DependencyDown as error:
            log.warning("given_back", messages=len(batch), reason=str(error))
            self._give_back(batch)
            return
        except ConservationViolated:
            self.metrics.conservation_violations.inc()
            raise
        self._report(outcomes)
        self.settlement.put(self.dispatch.send(batch, outcomes))
        self.dispatched()

    def _report(self, outcomes: Sequence[Outcome]) -> None:
        """Count and log what an operator wants to know; never a customer's data."""
        unknown = 0
        for outcome in outcomes:
            if isinstance(outcome, Failed):
                _log(outcome)
            else:
                unknown += len(outcome.event.unknown_fields)
        self.metrics.unknown_fields.inc(unknown)

    def _give_back(self, batch: Sequence[Delivery]) -> None:
        for delivery in batch:
            delivery.nack()
        self.metrics.outcome("retried", len(batch))
        self.health.settled(len(batch))


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
