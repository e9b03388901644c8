"""Where to go on among files: after a record of one of them."""

from collections.abc import Sequence
from typing import NamedTuple

from tools.errors import BadInput
from tools.replay.files.found import THE_REST
from tools.replay.files.raw import StoredFile


class Place(NamedTuple):
    """A file among the files, and how many of its records are done."""

    file: int
    done: int


def cursor_of(file: StoredFile) -> str:
    """Begin a cursor; the number of a record completes it."""
    return f"{file.name}@{file.version}#"


def place_after(cursor: str | None, files: Sequence[StoredFile]) -> Place:
    """Find where a cursor points to.

    Raises:
        BadInput: it is no cursor, or its file is not the one that it was.
    """
    if cursor is None:
        return Place(0, 0)
    told, _, record = cursor.rpartition("#")
    name, _, version = told.rpartition("@")
    if not name or not record.removeprefix("-").isdecimal():
        raise BadInput("the checkpoint does not belong to files; start again without it")
    index = next((index for index, file in enumerate(files) if file.name == name), None)
    if index is None:
        raise BadInput(
            f"{name}: the replay stopped in this file, which is not there any more; bring it back, "
            "or start again without the checkpoint"
        )
    if files[index].version != version:
        raise BadInput(
            f"{name}: the replay stopped in this file, which has changed since; bring it back as "
            "it was, or start again without the checkpoint"
        )
    return Place(index + 1, 0) if int(record) == THE_REST else Place(index, int(record))
