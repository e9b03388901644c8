"""What every command does with its terminal: log and complaints on stderr, and how it ends."""

import signal
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TypeVar

import typer
from rich.console import Console
from rich.progress import track

from consumer.errors import ChurnError
from consumer.logs import configure_logging
from consumer.settings import Settings, load_settings

T = TypeVar("T")

_ENDINGS = (signal.SIGINT, signal.SIGTERM)
_LOOK_SECONDS = 0.1


def settings_of(config: Path | None) -> Settings:
    """Load the settings, and send the log to stderr, so that stdout holds the answer alone.

    Raises:
        BadSettings: a value, key or combination is wrong.
    """
    settings = load_settings(config)
    configure_logging(settings.log, sys.stderr, secrets=settings.secrets)
    return settings


def progress(steps: Iterable[T], what: str, total: int | None = None) -> Iterable[T]:
    """Hand the steps through; show on a terminal how far they have come, elsewhere nothing."""
    console = Console(stderr=True)
    return track(
        steps,
        what,
        total=total,
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def complain(line: str) -> None:
    """Say on stderr what is wrong, in the form that all commands share."""
    typer.echo(f"churn: {line}", err=True)


@contextmanager
def told_when_interrupted() -> Iterator[None]:
    """End the command in one line where an interruption comes out of the block.

    By then everything that the block started must be stopped.

    Raises:
        typer.Exit: with 130, as shells have it for Ctrl-C.
    """
    try:
        yield
    except KeyboardInterrupt:
        complain("interrupted; everything is stopped")
        raise typer.Exit(130) from None


class Interruption:
    """Whether Ctrl-C or SIGTERM came."""

    def __init__(self) -> None:
        self.came = False

    def check(self) -> None:
        """Raise KeyboardInterrupt if it came."""
        if self.came:
            raise KeyboardInterrupt

    def sleep(self, seconds: float) -> None:
        """Wait, and raise KeyboardInterrupt soon after it came."""
        until = time.monotonic() + seconds
        self.check()
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _LOOK_SECONDS))
            self.check()

    @contextmanager
    def may_end_children(self) -> Iterator[None]:
        """Take a failure for the interruption where that came: a terminal tells children too.

        Raises:
            KeyboardInterrupt: it came, and something failed.
        """
        try:
            yield
        except ChurnError:
            self.check()
            raise

    def note(self, number: int, frame: FrameType | None) -> None:
        """Handle the signal."""
        del number, frame
        self.came = True

    def note_and_raise(self, number: int, frame: FrameType | None) -> None:
        """Handle the signal, and wake up whoever sleeps or waits.

        Raises:
            KeyboardInterrupt: always; where a destructor or a callback of a library swallows it,
                :meth:`check` raises it again.
        """
        self.note(number, frame)
        self.check()


@contextmanager
def interruption(*, at_once: bool = False) -> Iterator[Interruption]:
    """Remember Ctrl-C and SIGTERM until somebody asks.

    Raised in the middle of anything, KeyboardInterrupt would tear what has to be closed. To be
    entered in the main thread.

    Args:
        at_once: whether it is raised nevertheless, for what can be left in the middle.
    """
    asked = Interruption()
    handler = asked.note_and_raise if at_once else asked.note
    before = {number: signal.signal(number, handler) for number in _ENDINGS}
    try:
        yield asked
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
