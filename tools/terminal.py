"""What every command does with its terminal: log and complaints on stderr, and how it ends."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import typer

from consumer.logs import configure_logging
from consumer.settings import Settings, load_settings

_ENDINGS = (signal.SIGINT, signal.SIGTERM)


def settings_of(config: Path | None) -> Settings:
    """Load the settings, and send the log to stderr, so that stdout holds the answer alone.

    Raises:
        BadSettings: a value, key or combination is wrong.
    """
    settings = load_settings(config)
    password = settings.postgresql.password
    configure_logging(
        settings.log, sys.stderr, secrets=[password.get_secret_value()] if password else []
    )
    return settings


def complain(line: str) -> None:
    """Say on stderr what is wrong, in the form that all commands share."""
    typer.echo(f"churn: {line}", err=True)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let the first Ctrl-C or SIGTERM raise KeyboardInterrupt; ignore later ones.

    So what a ``with`` block has opened is closed in peace, however impatient somebody is. It must
    be entered in the main thread.
    """
    before = {number: signal.signal(number, _interrupt) for number in _ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    for each in _ENDINGS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt
