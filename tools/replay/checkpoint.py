"""Where an interrupted replay goes on: a small file beside it, written after each batch."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from schemas.moments import Moment
from tools.errors import BadInput


class Task(BaseModel):
    """What is replayed; a checkpoint of another task is not gone on with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    target: str
    selection: dict[str, object]
    limit: int | None = None
    in_event_order: bool = False


class Counts(BaseModel):
    """What became of the messages that were read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    read: int = 0
    sent: int = 0
    """Confirmed by the target."""
    left_out: int = 0
    """Not among those that were asked for."""
    put_aside: int = 0
    """No messages, no events, or refused by the target."""


class Checkpoint(BaseModel):
    """How far a replay has come: everything up to the cursor is done for good."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    replay_id: str
    started: Moment
    task: Task
    cursor: str | None = None
    counts: Counts = Counts()
    is_finished: bool = False

    def after(self, cursor: str | None, counts: Counts) -> Self:
        """Give the checkpoint that follows."""
        return self.model_copy(update={"cursor": cursor, "counts": counts})

    def finished(self) -> Self:
        """Give the last one."""
        return self.model_copy(update={"is_finished": True})


class CheckpointFile:
    """Holds one checkpoint; a crash leaves the one before it or the new one, never half of it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> Checkpoint | None:
        """Read it; None where there is none.

        Raises:
            BadInput: the file is no checkpoint.
        """
        try:
            return Checkpoint.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError:
            raise BadInput(
                f"{self.path} is no checkpoint of a replay: give another with --checkpoint"
            ) from None

    def save(self, checkpoint: Checkpoint) -> None:
        """Replace it.

        Raises:
            OSError: the disk is full, or the folder may not be written to.
        """
        new = self.path.with_name(f"{self.path.name}.new")
        with new.open("wb") as file:
            file.write(checkpoint.model_dump_json(indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep a second replay away from it for the time of the block.

        The lock is the system's, and gone with the process; the file beside it means nothing.

        Raises:
            BadInput: another has it.
        """
        path = self.path.with_name(f"{self.path.name}.lock")
        with _locked(path):
            yield


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadInput(
                f"another replay holds {path}: wait for it, or give another file with --checkpoint"
            ) from None
        yield


def begin(
    file: CheckpointFile, task: Task, *, replay_id: str, now: datetime, anew: bool
) -> Checkpoint:
    """Go on where an interrupted replay of the same task stopped, or begin.

    Args:
        file: where the checkpoint is kept.
        task: what is to be replayed.
        replay_id: of a replay that begins.
        now: when it begins.
        anew: whether to begin whatever is there.

    Raises:
        BadInput: an unfinished replay of something else is there.
    """
    found = None if anew else file.load()
    if found is None or found.is_finished:
        return Checkpoint(replay_id=replay_id, started=now, task=task)
    if found.task != task:
        raise BadInput(
            f"{file.path} belongs to an unfinished replay of something else ({found.task.source} "
            f"to {found.task.target}): give another file with --checkpoint, or --restart to "
            "give that one up"
        )
    return found
