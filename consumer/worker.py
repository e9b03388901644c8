"""The worker: receive, score, record, publish, settle, until it is asked to stop.

Three threads, a batch each: this one scores, :mod:`consumer.recording` keeps what was decided and
publishes, :mod:`consumer.settlement` confirms and acknowledges.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from consumer.errors import DependencyDown
from consumer.hold import Hold
from consumer.message import Message
from consumer.pipeline import Judged
from consumer.recording import Decided, Recording, give_back_all
from consumer.settlement import Settlement
from consumer.stopping import StopSignal
from consumer.subscriber import Delivery, Subscriber


def nothing_more() -> None:
    """Do nothing once a batch was scored."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Wired by :mod:`consumer.wiring`; :meth:`run` is its whole life."""

    subscriber: Subscriber
    judge: Callable[[Sequence[Message]], Judged]
    recording: Recording
    settlement: Settlement
    hold: Hold
    stop: StopSignal
    scored: Callable[[], object] = nothing_more
    """Called after each batch that was scored and handed on; must neither wait nor raise."""

    def run(self) -> None:
        """Work until the stop signal, then finish what is held and return.

        Raises:
            WorkerBroken: it had to stop by itself; what it held was given back.
        """
        self.settlement.start()
        self.recording.start()
        try:
            for batch in self.subscriber.batches(self.stop):
                self._raise_failure()
                self._handle(batch)
        finally:
            self.stop.request()
            self.recording.close()
            self.settlement.close()
            self.subscriber.close()
        self._raise_failure()

    def _handle(self, batch: Sequence[Delivery]) -> None:
        self.hold.metrics.batch_size.observe(len(batch))
        messages = [delivery.message for delivery in batch]
        try:
            judged = self.hold.until_up(lambda: self.judge(messages))
        except DependencyDown as error:
            give_back_all(batch, error, self.hold)
            return
        self.recording.put(Decided(batch, judged))
        self.scored()

    def _raise_failure(self) -> None:
        self.recording.raise_failure()
        self.settlement.raise_failure()
