"""How far a comparison has come: a bar on a terminal, a line every ten seconds in a log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from tools.replay.progress import duration
from tools.terminal import complain

EVERY_SECONDS: Final = 10.0

Advance = Callable[[int, int], None]
"""Is told how many messages are handed on, and how much of the source is read with them."""


@contextmanager
def shown(total: int | None, *, clock: Callable[[], float]) -> Iterator[Advance]:
    """Show on stderr how far it is, while the block lasts.

    Args:
        total: how much there is to read, in the source's unit; None where nobody knows.
        clock: seconds that never go back.
    """
    console = Console(stderr=True)
    columns = (TextColumn("comparing"), BarColumn(), TextColumn("{task.description}"))
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=total)
        lines = _Lines(total, clock, silent=console.is_terminal)

        def advance(messages: int, read: int) -> None:
            bar.update(task, completed=read, description=lines.come_to(messages, read))

        yield advance


class _Lines:
    """Says how far it is, in a line."""

    def __init__(self, total: int | None, clock: Callable[[], float], *, silent: bool) -> None:
        self._total = total
        self._clock = clock
        self._silent = silent
        self._started = self._said = clock()

    def come_to(self, messages: int, read: int) -> str:
        now = self._clock()
        line = standing(messages, read, self._total, max(now - self._started, 1e-9))
        if not self._silent and now - self._said >= EVERY_SECONDS:
            self._said = now
            complain(line)
        return line


def standing(messages: int, read: int, total: int | None, seconds: float) -> str:
    """Say how far it is.

    Args:
        messages: that were handed on.
        read: of the source.
        total: of the source; None where nobody knows.
        seconds: since the beginning.
    """
    said = [f"{messages:,} messages", f"{messages / seconds:,.0f}/s"]
    if total and read:
        left = seconds * (total - read) / read
        said += [f"{read / total:.0%} of the source read", f"{duration(left)} left"]
    return ", ".join(said)
