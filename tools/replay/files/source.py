"""Messages of the past out of files, one file after another."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from consumer.message import Message
from tools.crm.line import Line
from tools.replay.files.avro import read_avro
from tools.replay.files.content import Content, opened
from tools.replay.files.cursor import Place, cursor_of, place_after
from tools.replay.files.found import THE_REST, Damaged, Found
from tools.replay.files.json_lines import read_json_lines
from tools.replay.files.raw import StoredFile
from tools.replay.source import Entry, Rejected


class FileSource:
    """Files of JSON Lines and of Avro, packed or not, mixed as they come; a :class:`Source`.

    They are read in the order of their names. A file that appears later with a name before those
    that are done is not gone back to.
    """

    def __init__(self, name: str, files: Sequence[StoredFile], now: datetime) -> None:
        """Take files; nothing is read yet.

        Args:
            name: what to call them in a report.
            files: in the order in which they are read.
            now: when the replay began: the time of events that carry none, and when a message was
                published that does not say it. The same each time a replay goes on.
        """
        self.name = name
        self.files = tuple(files)
        self._now = now

    @property
    def total(self) -> int:
        """Bytes of all files, as they are stored."""
        return sum(file.size for file in self.files)

    def entries(self, after: str | None = None) -> Iterator[Entry | Rejected]:
        """Read on behind a cursor, which is reached without parsing what comes before it.

        Raises:
            BadInput: the cursor's file is gone or another one, or a file cannot be read.
            ChurnError: a bucket is away, or refuses.
        """
        return self._from(place_after(after, self.files))

    def confirm(self, entries: Sequence[Entry]) -> None:
        """Nothing is to be noted: files stay as they are."""

    def _from(self, place: Place) -> Iterator[Entry | Rejected]:
        before = sum(file.size for file in self.files[: place.file])
        skip = place.done
        for file in self.files[place.file :]:
            yield from self._of(file, before, skip)
            before += file.size
            skip = 0

    def _of(self, file: StoredFile, before: int, skip: int) -> Iterator[Entry | Rejected]:
        cursor = cursor_of(file)
        try:
            with opened(file) as content:
                raw = content.raw
                for number, found in self._read(content, skip):
                    place, read = f"{cursor}{number}", before + raw.position
                    if isinstance(found, Line):
                        yield Entry(found.message, place, read, found.facts)
                    elif isinstance(found, Message):
                        yield Entry(found, place, read)
                    else:
                        problem, piece = found
                        yield Rejected(f"{file.name}, {problem}", piece, place, read)
        except Damaged as damage:
            problem = f"{file.name}: {damage}"
            yield Rejected(problem, b"", f"{cursor}{THE_REST}", before + file.size)

    def _read(self, content: Content, skip: int) -> Iterator[Found]:
        read = read_avro if content.is_avro else read_json_lines
        return read(content.stream, self._now, skip=skip)
