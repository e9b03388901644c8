"""JSON Lines become messages."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import BinaryIO, Final

from tools.crm.json_text import BadLine
from tools.crm.line import read_line
from tools.replay.files.found import Found, Problem

MAX_LINE_BYTES: Final = 15_000_000
"""A message of Pub/Sub's limit, 10 MB, in base64, with room for what stands around it."""

_PASSED_BYTES: Final = 1024 * 1024


def read_json_lines(
    stream: BinaryIO, now: datetime, *, skip: int, limit: int = MAX_LINE_BYTES
) -> Iterator[Found]:
    """Read line by line; empty lines are counted and give nothing.

    Args:
        stream: at the file's beginning.
        now: the time of what carries none.
        skip: how many lines are passed over unread.
        limit: bytes of a line; a longer one is never held whole.

    Raises:
        Damaged: the file is cut short or broken.
    """
    for number, line in enumerate(islice(_lines(stream, limit), skip, None), skip + 1):
        if line is None:
            yield number, Problem(f"line {number}: is longer than {limit} bytes", b"")
        elif content := line.strip():
            try:
                yield number, read_line(content, now)
            except BadLine as error:
                yield number, Problem(f"line {number}: {error}", content)


def _lines(stream: BinaryIO, limit: int) -> Iterator[bytes | None]:
    """Give each line, and None for one that is too long."""
    while line := stream.readline(limit + 1):
        if len(line) <= limit or line.endswith(b"\n"):
            yield line
        else:
            _pass(stream)
            yield None


def _pass(stream: BinaryIO) -> None:
    """Read to the end of the line, and keep nothing of it."""
    while (piece := stream.readline(_PASSED_BYTES)) and not piece.endswith(b"\n"):
        pass
