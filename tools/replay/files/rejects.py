"""The pieces of a source that are no messages, put aside to be mended and sent by themselves."""

import base64
import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import orjson

from tools.errors import BadInput
from tools.replay.source import Rejected


class Rejects:
    """A file of what was rejected, which exists only once there is something.

    A line stays the line it was, so that it can be mended and replayed; another piece becomes a
    message with these bytes as its data. Each is written before the next is taken. Where a replay
    goes on, they are added to the same file, and those behind the last checkpoint a second time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        """How many were rejected, with those of which there is nothing to put aside."""
        self._file: BinaryIO | None = None

    def add(self, rejected: Rejected) -> None:
        """Put a piece aside; one without content is counted alone.

        Raises:
            BadInput: the file cannot be written.
        """
        self.count += 1
        if not rejected.content:
            return
        try:
            self._file = self._file or self._opened()
            self._file.write(_line(rejected.content) + b"\n")
        except OSError as error:
            raise BadInput(f"{self.path}: cannot be written: {error.strerror}") from None

    def close(self) -> None:
        """Close the file. Twice is once."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _opened(self) -> BinaryIO:
        # For the owner alone: a piece may hold a customer's name.
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "ab", buffering=0)


def _line(content: bytes) -> bytes:
    if b"\n" in content or b"\0" in content:
        encoded = base64.b64encode(content).decode()
        return orjson.dumps({"attributes": {}, "data_base64": encoded})
    return content
