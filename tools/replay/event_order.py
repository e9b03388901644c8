"""Entries in the order in which their events happened, however many there are.

An external merge sort: sorted runs go to files without a name, which are gone with the process even
if it is killed, and are merged. Nothing is pickled, because what is unpickled may run code.
"""

import heapq
import struct
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import IO, Final

import orjson

from consumer.message import Message
from tools.errors import BadInput
from tools.replay.source import Entry

RUN_BYTES: Final = 64 * 1024 * 1024
"""A run ends here even if it has fewer entries: a message may have 10 MB."""
MAX_RUNS: Final = 64
"""So many runs are merged into one, which bounds the number of open files."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_ROW: Final = struct.Struct("<qI")
_CONTEXT: Final = struct.Struct("<I")

_Row = tuple[int, bytes]
"""Microseconds from 1970 to the event, and the packed entry."""
_by_time = itemgetter(0)


def in_event_order(
    entries: Iterable[Entry],
    time_of: Callable[[Entry], datetime],
    directory: Path,
    run_size: int = 100_000,
) -> Generator[Entry, None, None]:
    """Sort entries; those of the same moment stay in the order in which they came.

    Args:
        entries: any number of them; all are read before the first is given.
        time_of: when an entry's event happened, with a time zone.
        directory: where the runs lie meanwhile; they take about as much as the entries do.
        run_size: how many entries are sorted in memory at once.

    Raises:
        BadInput: the directory cannot be written to, or is full.
    """
    with closing(_Runs(directory)) as runs:
        rows: list[_Row] = []
        size = 0
        for entry in entries:
            packed = _packed(entry)
            if len(rows) >= run_size or size + len(packed) > RUN_BYTES:
                runs.add(sorted(rows, key=_by_time))
                rows, size = [], 0
            rows.append(((time_of(entry) - _EPOCH) // _MICROSECOND, packed))
            size += len(packed)
        for _, packed in runs.merged(sorted(rows, key=_by_time)):
            yield _unpacked(packed)


class _Runs:
    """Sorted rows in files, the earlier come before the later."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._files: list[IO[bytes]] = []

    def add(self, rows: Iterable[_Row]) -> None:
        with self._told():
            if len(self._files) >= MAX_RUNS:
                whole = self._written(self.merged([]))
                self.close()
                self._files = [whole]
            self._files.append(self._written(rows))

    def merged(self, last: Iterable[_Row]) -> Iterator[_Row]:
        """Give all rows in order, with those of a run that needs no file."""
        return heapq.merge(*map(_read, self._files), last, key=_by_time)

    def close(self) -> None:
        for file in self._files:
            file.close()

    def _written(self, rows: Iterable[_Row]) -> IO[bytes]:
        with ExitStack() as unless_it_fails:
            file = unless_it_fails.enter_context(tempfile.TemporaryFile(dir=self._directory))
            for time, packed in rows:
                file.write(_ROW.pack(time, len(packed)))
                file.write(packed)
            file.flush()
            unless_it_fails.pop_all()
        return file

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise BadInput(
                f"{self._directory}: the entries cannot be put in order there: {error.strerror}; "
                "make room there, or choose another directory"
            ) from None


def _read(file: IO[bytes]) -> Iterator[_Row]:
    file.seek(0)
    while head := file.read(_ROW.size):
        time, size = _ROW.unpack(head)
        yield time, file.read(size)


def _packed(entry: Entry) -> bytes:
    message = entry.message
    context = orjson.dumps(
        [
            message.message_id,
            dict(message.attributes),
            message.publish_time.isoformat(),
            message.ordering_key,
            message.delivery_attempt,
            entry.cursor,
            entry.read,
            dict(entry.facts),
        ]
    )
    return _CONTEXT.pack(len(context)) + context + message.data


def _unpacked(packed: bytes) -> Entry:
    start = _CONTEXT.size
    end = start + _CONTEXT.unpack_from(packed)[0]
    message_id, attributes, publish_time, ordering_key, attempt, cursor, read, facts = orjson.loads(
        packed[start:end]
    )
    message = Message(
        message_id=message_id,
        data=packed[end:],
        attributes=attributes,
        publish_time=datetime.fromisoformat(publish_time),
        ordering_key=ordering_key,
        delivery_attempt=attempt,
    )
    return Entry(message, cursor, read, facts)
