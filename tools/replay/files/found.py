"""What the readers of lines and of Avro find in a file."""

from typing import Final, NamedTuple

from consumer.message import Message
from tools.crm.line import Line

THE_REST: Final = -1
"""Stands for the number of a record where the rest of its file is given up."""


class Problem(NamedTuple):
    """A piece that is no message."""

    text: str
    """Names the place within the file."""
    content: bytes
    """The piece; empty where there is nothing to mend."""


Found = tuple[int, Message | Line | Problem]
"""The number of a line or record, counted from 1, and what it holds."""


class Damaged(Exception):
    """The file cannot be read on from here; the text says why, without the file's name."""
