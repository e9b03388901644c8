"""A source read in the order in which its events happened."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Final

from consumer.decode import decode_message
from consumer.errors import InvalidEvent
from tools.errors import BadInput
from tools.replay.event_order import in_event_order
from tools.replay.source import Entry, Rejected, Source

_DIGEST_BYTES: Final = 8
_CHANGED: Final = "the source is not what it was when the replay began: begin anew with --restart"


class InEventOrder:
    """Sorts another source on the disk before it gives the first entry, each time it is read.

    What is no message comes first, by a reading of its own, so that none of it is held. Cursors
    count pieces, and carry a digest of the source's own: it must be the same each time it is read.
    """

    def __init__(
        self, source: Source, topic: str, directory: Path, *, check: Callable[[], object]
    ) -> None:
        """Sort a source.

        Args:
            source: whose messages they are.
            topic: the source of events that name none.
            directory: where they lie meanwhile.
            check: raises where somebody asked to stop; is called while it reads.
        """
        self.name = source.name
        self._source = source
        self._topic = topic
        self._directory = directory
        self._check = check

    @property
    def total(self) -> int | None:
        """What the other source has."""
        return self._source.total

    def entries(self, after: str | None = None) -> Iterator[Entry | Rejected]:
        """Read in order; as :class:`tools.replay.source.Source` says.

        Raises:
            BadInput: besides, the source has changed since the cursor was made.
        """
        before, done = _parsed(after)
        number, seen = 0, blake2b(digest_size=_DIGEST_BYTES)
        for piece in self._read():
            seen.update(piece.cursor.encode())
            if isinstance(piece, Rejected):
                number += 1
                if number > done:
                    yield piece._replace(cursor=f"#{number}")
        digest = seen.hexdigest()
        if before not in {"", digest}:
            raise BadInput(_CHANGED)
        for place, entry in enumerate(self._sorted(), number + 1):
            if place > done:
                yield entry._replace(cursor=f"{digest}#{place}")

    def confirm(self, entries: Sequence[Entry]) -> None:
        """Do nothing: what can be read again keeps nothing."""

    def _sorted(self) -> Iterator[Entry]:
        messages = (piece for piece in self._read() if isinstance(piece, Entry))
        return in_event_order(messages, self._time_of, self._directory)

    def _read(self) -> Iterator[Entry | Rejected]:
        for piece in self._source.entries():
            self._check()
            yield piece

    def _time_of(self, entry: Entry) -> datetime:
        try:
            return decode_message(entry.message, self._topic).time
        except InvalidEvent:
            return entry.message.publish_time


def _parsed(cursor: str | None) -> tuple[str, int]:
    """Give the digest, empty where there was none yet, and how many pieces are done."""
    if cursor is None:
        return "", 0
    digest, _, number = cursor.rpartition("#")
    if not number.isdecimal() or len(digest) not in {0, 2 * _DIGEST_BYTES}:
        raise BadInput(_CHANGED)
    return digest, int(number)
