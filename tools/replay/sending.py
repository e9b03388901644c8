"""The replay itself: batch after batch, of which only the last is ever unconfirmed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from consumer.errors import DependencyDown
from tools.replay.batch import Batch, put_aside
from tools.replay.checkpoint import Checkpoint
from tools.replay.source import Rejected, Source
from tools.replay.target import Target

Result = TypeVar("Result")


class Report(Protocol):
    """Who watches a replay."""

    def came_to(self, checkpoint: Checkpoint, read: int) -> None:
        """A batch is done; ``read`` is how much of the source is, in its unit."""
        ...

    def waits(self, error: DependencyDown, seconds: float) -> None:
        """Something is away, and is tried again after so many seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Sending:
    """Sends what was selected, and keeps for each batch how far it came."""

    source: Source
    target: Target
    set_aside: Callable[[Iterable[Rejected]], None]
    """Keeps what cannot be sent."""
    save: Callable[[Checkpoint], None]
    report: Report
    back_off: Callable[[], Iterator[float]]
    """Seconds to wait before each new try."""
    sleep: Callable[[float], object]

    def run(self, batches: Iterable[Batch], checkpoint: Checkpoint) -> Checkpoint:
        """Send everything; give the checkpoint after it.

        While a batch is on its way the next one is read, and it is sent only after the one before
        it is confirmed and kept: whoever is killed sends one batch again at the most.

        Raises:
            KeyboardInterrupt: somebody asked to stop; what was sent until then is kept.
            WorkerBroken: the target is missing, or may not be written to.
        """
        under_way: Batch | None = None
        try:
            for batch in batches:
                before, under_way = under_way, None
                if before is not None:
                    checkpoint = self._finish(before, checkpoint)
                self.target.send(batch.selected)
                under_way = batch
        except KeyboardInterrupt:
            if under_way is not None:
                self._finish(under_way, checkpoint)  # it is mostly there already
            raise
        if under_way is not None:
            checkpoint = self._finish(under_way, checkpoint)
        self.save(finished := checkpoint.finished())
        return finished

    def _finish(self, batch: Batch, before: Checkpoint) -> Checkpoint:
        """Confirm a batch, put aside what cannot be sent, and only then keep how far it came."""
        refused = self._until_up(self.target.confirm)
        gone = {id(each.selected.entry) for each in refused}
        sent = [each.entry for each in batch.selected if id(each.entry) not in gone]
        self._until_up(lambda: self.source.confirm(sent))
        self.set_aside(batch.put_aside)
        self.set_aside(put_aside(each.selected.entry, each.problem) for each in refused)
        counts = batch.count(before.counts, refused=len(refused))
        checkpoint = before.after(batch.cursor, counts)
        self.save(checkpoint)
        self.report.came_to(checkpoint, batch.read)
        return checkpoint

    def _until_up(self, action: Callable[[], Result]) -> Result:
        for seconds in self.back_off():
            try:
                return action()
            except DependencyDown as error:
                self.report.waits(error, seconds)
                self.sleep(seconds)
        raise AssertionError("the back-off ended")
