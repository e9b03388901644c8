"""What is to be published: the lines of a file, those of standard input, or sample events."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from consumer.message import OutgoingMessage
from tools.crm.lines import read_events
from tools.errors import BadInput
from tools.sample.events import sample_events

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Events:
    """What is to be published, and how many they are where that is known."""

    messages: Iterable[OutgoingMessage]
    count: int | None


@contextmanager
def sampled(count: int, seed: int, *, with_broken: bool) -> Iterator[Events]:
    """Make sample events as they are asked for."""
    events = sample_events(count, seed, now=_now, with_broken=with_broken)
    yield Events((event.message for event in events), count)


@contextmanager
def opened(file: str) -> Iterator[Events]:
    """Open a file of events, once all its lines are known to be right.

    Raises:
        BadInput: the file cannot be read, or a line is wrong.
    """
    if file == STANDARD_INPUT:
        yield Events(_read(sys.stdin.buffer, "standard input"), None)
        return
    # What is no plain file, such as a named pipe, can be read only once.
    count = _checked(file) if Path(file).is_file() else None
    with _open(file) as lines:
        yield Events(_read(lines, file), count)


def _checked(file: str) -> int:
    with _open(file) as lines:
        return sum(1 for _ in _read(lines, file))


def _open(file: str) -> BinaryIO:
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise BadInput(f"{file}: cannot be read: {error.strerror}") from None


def _read(lines: BinaryIO, name: str) -> Iterator[OutgoingMessage]:
    return read_events(lines, name, now=_now)


def _now() -> datetime:
    return datetime.now(UTC)
