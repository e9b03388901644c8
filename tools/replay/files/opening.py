"""What is named on the command line becomes a source."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from tools.replay.files.local import find_local
from tools.replay.files.raw import StoredFile
from tools.replay.files.source import FileSource

if TYPE_CHECKING:
    from tools.replay.files.cloud import CloudFile


@contextmanager
def open_files(patterns: Sequence[str], *, now: datetime) -> Iterator[FileSource]:
    """Find files, and read them while the block lasts.

    Args:
        patterns: paths, globs and directories on this machine, and ``gs://bucket/prefix*``; a file
            that several of them name is read once.
        now: when the replay began; see :class:`FileSource`.

    Raises:
        BadInput: a pattern stands for nothing, or for what cannot be read.
        ChurnError: a bucket is missing, closed or away.
    """
    cloud = [pattern for pattern in patterns if pattern.startswith("gs:")]
    local = [pattern for pattern in patterns if not pattern.startswith("gs:")]
    found: list[StoredFile] = [file for pattern in local for file in find_local(pattern)]
    with _in_buckets(cloud) as objects:
        by_name = {file.name: file for file in [*found, *objects]}
        files = [by_name[name] for name in sorted(by_name)]
        yield FileSource(", ".join(patterns), files, now)


@contextmanager
def _in_buckets(patterns: Sequence[str]) -> "Iterator[list[CloudFile]]":
    if not patterns:
        yield []
        return
    # Google's client takes a second to import, which files of this machine need not wait for.
    from google.cloud.storage import Client  # noqa: PLC0415

    from tools.replay.files.cloud import find_cloud, translated  # noqa: PLC0415

    with translated(patterns[0]):
        client = Client(project=None)
    with closing(client):
        yield [file for pattern in patterns for file in find_cloud(client, pattern)]
