"""Models in Cloud Storage.

``STORAGE_EMULATOR_HOST`` works as in Google's client, which then uses no credentials.
"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Final

from google.api_core.exceptions import Forbidden, NotFound
from google.cloud.storage import Blob, Bucket, Client
from google.cloud.storage.retry import DEFAULT_RETRY

from consumer.errors import BadModel, BadSettings, ResourceMissing, StorageDown
from consumer.model.bucket_errors import CLIENT_ERRORS, translate
from consumer.model.manifest import named_generation
from consumer.model.stored import StoredModel, manifest_name

DEADLINE_SECONDS: Final = 10.0
"""How long one call is retried. The client's default of two minutes would hide an outage."""

_RETRY = DEFAULT_RETRY.with_timeout(DEADLINE_SECONDS)
_TIMEOUT = (3.0, DEADLINE_SECONDS)
"""Seconds to connect, and between two bytes of the answer."""

_URI = re.compile(r"gs://([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])/([^\r\n]{1,1024})")


def is_cloud(uri: str) -> bool:
    """Tell a Cloud Storage URI from a local path."""
    return uri.startswith("gs:")


@dataclass(frozen=True, slots=True)
class BlobLocation:
    """A bucket and an object in it."""

    bucket: str
    blob: str

    @classmethod
    def parse(cls, uri: str) -> "BlobLocation":
        """Take a URI apart.

        Raises:
            BadSettings: it is no ``gs://bucket/blob`` ("Bucket naming requirements").
        """
        found = _URI.fullmatch(uri)
        if found is None:
            raise BadSettings(
                f"{uri!r} is no Cloud Storage object; write gcs.bucket and gcs.blob, or model.uri "
                "as gs://bucket/path/model.pkl"
            )
        return cls(bucket=found[1], blob=found[2])

    def __str__(self) -> str:
        return f"gs://{self.bucket}/{self.blob}"


def fetch(location: BlobLocation) -> StoredModel:
    """Read the manifest, and then the very pickle that it names.

    Raises:
        ChurnError: see :func:`consumer.model.source.fetch`.
    """
    with _opened(location) as bucket:
        found = _look(bucket, location)
        return StoredModel(
            uri=str(location),
            pickle=_download(found.pickle),
            manifest=found.manifest,
            generation=found.generation,
        )


def current_generation(location: BlobLocation) -> str:
    """Name the generations of pickle and manifest without reading the pickle.

    Raises:
        ChurnError: see :func:`consumer.model.source.fetch`.
    """
    with _opened(location) as bucket:
        return _look(bucket, location).generation


@dataclass(frozen=True, slots=True)
class _Found:
    """What lies in the bucket: a pickle of one generation, and the manifest's content."""

    pickle: Blob
    manifest: bytes | None
    generation: str


def _look(bucket: Bucket, location: BlobLocation) -> _Found:
    manifest_blob = _find(bucket, manifest_name(location.blob))
    if manifest_blob is None:
        pickle_blob = _require(bucket, location)
        return _Found(pickle_blob, None, f"{pickle_blob.generation}/none")
    manifest = _download(manifest_blob)
    pickle_blob = _named(bucket, location, manifest) or _require(bucket, location)
    return _Found(pickle_blob, manifest, f"{pickle_blob.generation}/{manifest_blob.generation}")


def _named(bucket: Bucket, location: BlobLocation, manifest: bytes) -> Blob | None:
    """Find the generation of the pickle that the manifest names.

    None where it names none, or a bucket without versions has it no longer: then the present
    pickle is taken, and its digest decides.
    """
    generation = named_generation(manifest)
    return None if generation is None else _find(bucket, location.blob, generation)


@contextmanager
def _opened(location: BlobLocation) -> Iterator[Bucket]:
    try:
        with closing(Client(project=None)) as client:
            yield client.bucket(location.bucket)
    except CLIENT_ERRORS as error:
        raise translate(error, str(location)) from error


def _find(bucket: Bucket, name: str, generation: int | None = None) -> Blob | None:
    # Asked afresh each time: a Blob that is reloaded stays with the generation it saw first.
    return bucket.get_blob(name, generation=generation, timeout=_TIMEOUT, retry=_RETRY)


def _require(bucket: Bucket, location: BlobLocation) -> Blob:
    found = _find(bucket, location.blob)
    if found is not None:
        return found
    if _bucket_is_missing(bucket):
        raise ResourceMissing(
            f"the bucket {location.bucket} does not exist; create it or mend gcs.bucket"
        )
    raise BadModel(
        f"{location} does not exist; upload the model there or mend gcs.blob (or model.uri)"
    )


def _bucket_is_missing(bucket: Bucket) -> bool:
    try:
        return not bucket.exists(timeout=_TIMEOUT, retry=_RETRY)
    except Forbidden:  # reading objects does not include reading buckets
        return False


def _download(blob: Blob) -> bytes:
    # By its generation: the link that an answer carries need not name one.
    exact = blob.bucket.blob(blob.name, generation=blob.generation)
    try:
        content: bytes = exact.download_as_bytes(timeout=_TIMEOUT, retry=_RETRY)
    except NotFound as gone:
        raise StorageDown(
            f"gs://{blob.bucket.name}/{blob.name} was replaced while it was read; it is read again"
        ) from gone
    return content
