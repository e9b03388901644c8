"""Files on this machine: by path, by glob, or all of a directory."""

import glob
import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from tools.errors import BadInput
from tools.replay.files.raw import Raw


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file on this machine."""

    name: str
    size: int
    version: str

    @classmethod
    def at(cls, path: str) -> "LocalFile":
        """Look at a file.

        Raises:
            OSError: it may not be looked at.
        """
        found = Path(path).stat()
        return cls(path, found.st_size, _version(found))

    def open(self) -> Raw:
        """Begin to read.

        Raises:
            BadInput: it is gone, was replaced, or cannot be read.
        """
        try:
            file = FileIO(self.name)
        except OSError as error:
            raise _unreadable(self.name, error) from None
        if _version(os.fstat(file.fileno())) != self.version:
            file.close()
            raise BadInput(f"{self.name}: has changed since it was looked for; start again")
        return _LocalRaw(file)


class _LocalRaw(Raw):
    def __init__(self, file: FileIO) -> None:
        self._file = file

    def fill(self, buffer: memoryview) -> int:
        try:
            return self._file.readinto(buffer) or 0
        except OSError as error:
            raise _unreadable(str(self._file.name), error) from None

    def close(self) -> None:
        self._file.close()
        super().close()


def find_local(pattern: str) -> list[LocalFile]:
    """Find what a path, a glob or a directory stands for; a directory for all files below it.

    Raises:
        BadInput: nothing is there, or it may not be looked at.
    """
    try:
        found = [LocalFile.at(path) for path in _paths(pattern)]
    except OSError as error:
        raise _unreadable(str(error.filename), error) from None
    if not found:
        raise BadInput(
            f"{pattern}: no such file; write a path, a directory, a quoted glob such as "
            "'archive/*.jsonl.gz', or gs://bucket/prefix*"
        )
    return found


def _paths(pattern: str) -> Iterator[str]:
    """Name the files; one whose name looks like a glob is found by its name first."""
    for match in [pattern] if Path(pattern).exists() else _matches(pattern):
        if Path(match).is_dir():
            yield from _below(match)
        elif Path(match).is_file():
            yield match


def _matches(pattern: str) -> Iterator[str]:
    # Path.glob takes no absolute pattern.
    return glob.iglob(pattern, recursive=True)  # noqa: PTH207


def _below(directory: str) -> Iterator[str]:
    for parent, _, names in os.walk(directory, onerror=_fail):
        yield from (str(path) for name in names if (path := Path(parent, name)).is_file())


def _fail(error: OSError) -> None:
    """Stop: files in a directory that cannot be read would be missed without a word."""
    raise error


def _version(found: os.stat_result) -> str:
    return f"{found.st_size}-{found.st_mtime_ns}"


def _unreadable(name: str, error: OSError) -> BadInput:
    return BadInput(f"{name}: cannot be read: {error.strerror}")
