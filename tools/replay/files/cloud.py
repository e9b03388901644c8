"""Files in Cloud Storage: by name, or all whose name begins like a prefix.

``STORAGE_EMULATOR_HOST`` works as in Google's client, which then uses no credentials.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from google.cloud.storage import Blob, Client
from google.cloud.storage.retry import DEFAULT_RETRY

from consumer.errors import AccessDenied, BadSettings, ChurnError, ResourceMissing
from consumer.model.bucket_errors import CLIENT_ERRORS, translate
from tools.errors import BadInput
from tools.replay.files.raw import Raw

DEADLINE_SECONDS: Final = 30.0
"""How long one call is retried: a replay of hours outlives a short outage."""

_RETRY: Final = DEFAULT_RETRY.with_timeout(DEADLINE_SECONDS)
_TIMEOUT: Final = (3.0, 30.0)
"""Seconds to connect, and between two bytes of the answer."""

_URI: Final = re.compile(r"gs://([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])/([^\r\n]{0,1024})")

_MENDING: Final[dict[type[ChurnError], str]] = {
    AccessDenied: "access denied; give whoever replays the role roles/storage.objectViewer on the "
    "bucket, or log in (gcloud auth application-default login)",
    ResourceMissing: "not found; it is gone, or the name of the bucket is wrong",
    BadSettings: "Cloud Storage does not understand the request; mend the name, and "
    "STORAGE_EMULATOR_HOST if it is set",
}


@dataclass(frozen=True, slots=True)
class CloudFile:
    """One generation of an object."""

    blob: Blob

    @property
    def name(self) -> str:
        """Its URI."""
        return f"gs://{self.blob.bucket.name}/{self.blob.name}"

    @property
    def size(self) -> int:
        """In bytes, as stored."""
        return int(self.blob.size)

    @property
    def version(self) -> str:
        """Its generation."""
        return str(self.blob.generation)

    def open(self) -> Raw:
        """Begin to read; nothing is asked of the bucket yet."""
        return _CloudRaw(self)


class _CloudRaw(Raw):
    """Reads range by range, so that no more than a buffer of it is ever in memory."""

    def __init__(self, file: CloudFile) -> None:
        self._file = file
        # By its generation: an object that is replaced meanwhile is not read half and half.
        blob = file.blob
        self._exact = blob.bucket.blob(blob.name, generation=blob.generation)

    def fill(self, buffer: memoryview) -> int:
        end = min(self.position + len(buffer), self._file.size)
        if self.position >= end:
            return 0
        with translated(self._file.name):
            # Raw: what is stored with the encoding gzip has no ranges once it is unpacked. A
            # checksum exists for the whole alone.
            content = self._exact.download_as_bytes(
                start=self.position,
                end=end - 1,
                raw_download=True,
                checksum=None,
                timeout=_TIMEOUT,
                retry=_RETRY,
            )
        buffer[: len(content)] = content
        return len(content)


def is_cloud(pattern: str) -> bool:
    """Tell a Cloud Storage URI from a local path."""
    return pattern.startswith("gs:")


def find_cloud(client: Client, pattern: str) -> list[CloudFile]:
    """Find the objects that a URI stands for; ``*`` stands for anything, slashes too.

    Args:
        client: Google's.
        pattern: ``gs://bucket/name``, ``gs://bucket/prefix*``; a name that ends in a slash stands
            for everything below it.

    Raises:
        BadInput: nothing is there, or this is no such URI.
        ChurnError: the bucket is missing, closed or away.
    """
    taken = _URI.fullmatch(pattern)
    if taken is None:
        raise BadInput(f"{pattern}: is no Cloud Storage URI; write gs://bucket/prefix*")
    bucket, wanted = taken[1], taken[2]
    if not wanted or wanted.endswith("/"):
        wanted += "*"
    with translated(pattern):
        prefix = wanted.partition("*")[0]
        listed = client.list_blobs(bucket, prefix=prefix, timeout=_TIMEOUT, retry=_RETRY)
        found = [CloudFile(blob) for blob in listed if _matches(blob.name, wanted)]
    if not found:
        raise BadInput(f"{pattern}: no such object; write its whole name, or gs://{bucket}/prefix*")
    return found


def _matches(name: str, wanted: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in wanted.split("*"))
    return re.fullmatch(pattern, name, flags=re.DOTALL) is not None


@contextmanager
def translated(uri: str) -> Iterator[None]:
    """Say what the client raises in the words of ``consumer.errors``, and how to mend it here."""
    try:
        yield
    except CLIENT_ERRORS as error:
        raise _told(translate(error, uri), uri) from error


def _told(error: ChurnError, uri: str) -> ChurnError:
    """Name what to mend in a replay, where the worker's text names the worker's settings."""
    mending = _MENDING.get(type(error))
    return error if mending is None else type(error)(f"{uri}: {mending}")
