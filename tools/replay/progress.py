"""How far a replay has come: a bar on a terminal, a line every ten seconds in a log."""

from collections.abc import Callable
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from consumer.errors import DependencyDown
from tools.replay.checkpoint import Checkpoint, Counts
from tools.terminal import complain

EVERY_SECONDS = 10.0


def standing(counts: Counts, *, rate: float, share: float | None, left: float | None) -> str:
    """Say in a line how far it is.

    Args:
        counts: what became of the messages until now.
        rate: events a second.
        share: of the source, 0..1; None where nobody knows.
        left: seconds until the end, if it goes on like this; None where nobody knows.
    """
    said = [f"{counts.sent:,} sent", f"{rate:,.0f}/s"]
    said += [] if share is None else [f"{share:.0%} of the source read"]
    said += [] if left is None else [f"{duration(left)} left"]
    said += [f"{counts.left_out:,} left out"] if counts.left_out else []
    said += [f"{counts.put_aside:,} put aside"] if counts.put_aside else []
    return ", ".join(said)


def duration(seconds: float) -> str:
    """Write a time that somebody waits for."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


class Shown:
    """Shows a replay on stderr while its ``with`` block lasts."""

    def __init__(self, begun: Checkpoint, total: int | None, *, clock: Callable[[], float]) -> None:
        """Begin at a checkpoint.

        Args:
            begun: where this run begins.
            total: how much there is to read, in the source's unit; None where nobody knows.
            clock: seconds that never go back.
        """
        self.last = begun
        """How far it has come."""
        self._sent_before = begun.counts.sent
        self._total = total
        self._clock = clock
        self._started = self._said = clock()
        self._first: tuple[float, int] | None = None
        """When the first batch was done, and how much was read by then."""
        self._bar = _bar()

    @property
    def seconds(self) -> float:
        """How long this run has taken until now."""
        return self._clock() - self._started

    @property
    def rate(self) -> float:
        """Events a second in this run."""
        return (self.last.counts.sent - self._sent_before) / max(self.seconds, 1e-9)

    def came_to(self, checkpoint: Checkpoint, read: int) -> None:
        """Show how far it is; ``read`` is how much of the source is, in its unit."""
        self.last, now = checkpoint, self._clock()
        line = standing(
            checkpoint.counts,
            rate=self.rate,
            share=read / self._total if self._total else None,
            left=self._left(now, read),
        )
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=read, description=line)
        elif now - self._said >= EVERY_SECONDS:
            self._said = now
            complain(line)

    def waits(self, error: DependencyDown, seconds: float) -> None:
        """Say what is away."""
        complain(f"{error}; trying again in {seconds:.1f} s, Ctrl-C stops and keeps the checkpoint")

    def _left(self, now: float, read: int) -> float | None:
        since, read_then = self._first = self._first or (now, read)
        if not self._total or read <= read_then:
            return None
        return (now - since) * (self._total - read) / (read - read_then)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
            self._bar.add_task("", total=self._total)
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()


def _bar() -> Progress | None:
    console = Console(stderr=True)
    if not console.is_terminal:
        return None
    columns = (TextColumn("replaying"), BarColumn(), TextColumn("{task.description}"))
    return Progress(*columns, console=console, transient=True)
