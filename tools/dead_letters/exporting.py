"""Dead letters in a file of JSON Lines that `churn replay` reads."""

import base64
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import orjson

from consumer.message import Message
from schemas.moments import rfc3339
from tools.errors import BadInput
from tools.replay.subscriptions.originals import facts_of, original_of

MODE = 0o600
"""The original bytes may hold names."""


def exported_line(letter: Message) -> bytes:
    """Write the original with the dead letter's facts as one line, with its line end.

    Raises:
        DamagedEnvelope: the original cannot be had.
    """
    original = original_of(letter)
    return orjson.dumps(
        {
            "message_id": original.message_id,
            "publish_time": rfc3339(original.publish_time),
            "ordering_key": original.ordering_key,
            "attributes": original.attributes,
            "data_base64": base64.b64encode(original.data).decode(),
            "facts": facts_of(letter),
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Write a new file that only its owner may read; where that fails there is no file.

    Raises:
        BadInput: a file of the name is there already, or cannot be written.
    """
    try:
        with _new_file(path) as file:
            file.writelines(lines)
    except FileExistsError:
        raise BadInput(f"{path} is there already: give another name") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}") from None


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    if path.exists():
        raise FileExistsError
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)  # unlike a rename it does not replace what came meanwhile
    finally:
        unfinished.unlink(missing_ok=True)
