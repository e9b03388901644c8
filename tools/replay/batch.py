"""What is selected, in batches that close when they are full or old."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from tools.replay.checkpoint import Counts
from tools.replay.lines import line_of
from tools.replay.selection import Selected, Unreadable
from tools.replay.source import Entry, Rejected

LINGER_SECONDS = 1.0
"""How long a batch stays open, so that at a slow rate its events do not wait for it."""

Looked = tuple[Entry | Rejected, Selected | Unreadable | None]
"""A piece of a source, and what came of looking at it."""


@dataclass(slots=True)
class Batch:
    """Messages that are confirmed together; everything of the source up to the cursor."""

    selected: list[Selected] = field(default_factory=list)
    put_aside: list[Rejected] = field(default_factory=list)
    left_out: int = 0
    cursor: str | None = None
    read: int = 0
    """How much of the source is read with it, in the source's unit."""

    @property
    def size(self) -> int:
        """How many pieces of the source are in it."""
        return len(self.selected) + len(self.put_aside) + self.left_out

    def take(self, piece: Entry | Rejected, found: Selected | Unreadable | None) -> None:
        """Add the next piece of the source."""
        self.cursor, self.read = piece.cursor, piece.read
        if isinstance(piece, Rejected):
            self.put_aside.append(piece)
        elif isinstance(found, Unreadable):
            self.put_aside.append(put_aside(piece, found.problem))
        elif found is None:
            self.left_out += 1
        else:
            self.selected.append(found)

    def count(self, before: Counts, *, refused: int) -> Counts:
        """Add it to what became of the messages before it.

        Args:
            before: all batches before it.
            refused: how many of the selected ones the target refused.
        """
        return Counts(
            read=before.read + self.size,
            sent=before.sent + len(self.selected) - refused,
            left_out=before.left_out + self.left_out,
            put_aside=before.put_aside + len(self.put_aside) + refused,
        )


def put_aside(entry: Entry, problem: str) -> Rejected:
    """Make a piece of a message that cannot be sent."""
    where = f"message {entry.message.message_id}: {problem}"
    return Rejected(where, line_of(entry.message), entry.cursor, entry.read)


def in_batches(
    looked: Iterable[Looked], *, most: int, clock: Callable[[], float]
) -> Iterator[Batch]:
    """Close a batch when it is full, or has been open for :data:`LINGER_SECONDS`.

    Args:
        looked: the pieces of the source, in order.
        most: how many of them a batch may hold.
        clock: seconds that never go back.
    """
    batch, opened = Batch(), clock()
    for piece, found in looked:
        batch.take(piece, found)
        if batch.size >= most or clock() - opened >= LINGER_SECONDS:
            yield batch
            batch, opened = Batch(), clock()
    if batch.size:
        yield batch
