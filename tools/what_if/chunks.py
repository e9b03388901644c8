"""Messages of the past in chunks that are handed to another process."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from consumer.message import Message
from tools.replay.source import Entry, Rejected

MOST: Final = 2_000
"""Messages in a chunk: what is done once for each chunk no longer counts."""


class Chunk(NamedTuple):
    """Messages that follow one another in a source, and what between them is none."""

    first: int
    """The place of the first message among all messages of the source."""
    messages: list[Message]
    rejected: list[str]
    """What is wrong with each piece that is no message."""
    read: int
    """How much of the source is read with it, in the source's own unit."""


def chunked(items: Iterable[Entry | Rejected], most: int = MOST) -> Iterator[Chunk]:
    """Put messages together, as many as there are but at most so many."""
    first, read = 0, 0
    messages: list[Message] = []
    rejected: list[str] = []
    for item in items:
        read = item.read
        if isinstance(item, Rejected):
            rejected.append(item.problem)
        else:
            messages.append(item.message)
        if len(messages) + len(rejected) >= most:
            yield Chunk(first, messages, rejected, read)
            first += len(messages)
            messages, rejected = [], []
    if messages or rejected:
        yield Chunk(first, messages, rejected, read)
