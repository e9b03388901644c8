"""What can be replayed: messages of the past, one after another.

Files, the score history, dead letters and a topic's retained messages all answer to
:class:`Source`; whoever replays or compares knows no more of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from consumer.message import Message
from tools.crm.line import NO_FACTS


class Entry(NamedTuple):
    """A message of the past, as it was when it was published."""

    message: Message
    cursor: str
    """Where the source goes on after this entry; only the source itself can read it."""
    read: int
    """How much of the source is read with this entry, in the unit of :attr:`Source.total`."""
    facts: Mapping[str, str] = NO_FACTS
    """What a dead letter says of itself: ``error``, ``reason``, ``stage``; else nothing."""


class Rejected(NamedTuple):
    """A piece of a source that is no message: it is put aside, and the replay goes on."""

    problem: str
    """Names the place, such as file and line, and never repeats a value."""
    content: bytes
    """The piece itself, to be mended and sent by itself; may hold a customer's name."""
    cursor: str
    read: int


class Source(Protocol):
    """Where messages of the past come from."""

    @property
    def name(self) -> str:
        """What to call it in a report."""
        ...

    @property
    def total(self) -> int | None:
        """How much there is to read: bytes of files, rows of a table; None where nobody knows."""
        ...

    def entries(self, after: str | None = None) -> Iterator[Entry | Rejected]:
        """Read on, in an order that is the same each time; memory does not grow with what is read.

        Args:
            after: the cursor of the last entry that is done; None to begin.

        Raises:
            BadInput: the source is not there, or the cursor is not one of its own.
            ChurnError: what is read from is away, or refuses.
        """
        ...

    def confirm(self, entries: Sequence[Entry]) -> None:
        """Note that these are sent for good; what keeps messages until then lets them go.

        Raises:
            ChurnError: it could not be noted; they may come again.
        """
        ...
