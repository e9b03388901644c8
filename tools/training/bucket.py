"""Objects in Cloud Storage that are replaced only by whoever knows what they replace.

Each write names the generation that it replaces ("Use generation preconditions"); 0 says that
there is none yet.
"""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

from google.api_core.exceptions import Forbidden, NotFound, PreconditionFailed, Unauthorized
from google.cloud.storage import Blob, Bucket, Client
from google.cloud.storage.retry import DEFAULT_RETRY

from consumer.errors import AccessDenied, ChurnError, Disposition
from consumer.model.bucket import BlobLocation
from consumer.model.bucket_errors import CLIENT_ERRORS, translate

DEADLINE_SECONDS: Final = 60.0
"""How long one call is retried."""

ATTEMPTS: Final = 20
"""How often an object is read and written again because another wrote in between."""

_RETRY: Final = DEFAULT_RETRY.with_timeout(DEADLINE_SECONDS)
_TIMEOUT: Final = (3.0, DEADLINE_SECONDS)


class Superseded(ChurnError):
    """Somebody else pushed at the same time, and theirs stands."""

    disposition = Disposition.STOP


@contextmanager
def opened(location: BlobLocation) -> Iterator[Bucket]:
    """Open a bucket to write to, and translate what goes wrong in it.

    Raises:
        AccessDenied: it may not be written.
        ResourceMissing: there is no such bucket.
        StorageDown: Cloud Storage is away.
    """
    try:
        with closing(Client(project=None)) as client:
            yield client.bucket(location.bucket)
    except (Forbidden, Unauthorized) as refused:
        raise AccessDenied(
            f"{location}: may not be written; give your account the role "
            "roles/storage.objectUser on the bucket"
        ) from refused
    except CLIENT_ERRORS as error:
        raise translate(error, str(location)) from error


def generation_of(bucket: Bucket, name: str) -> int:
    """Tell the generation of an object; 0 where there is none."""
    found = _find(bucket, name)
    return 0 if found is None else int(found.generation)


def read(bucket: Bucket, name: str) -> tuple[bytes, int]:
    """Read an object with its generation; nothing and 0 where there is none."""
    for _ in range(ATTEMPTS):
        found = _find(bucket, name)
        if found is None:
            return b"", 0
        try:
            content: bytes = found.download_as_bytes(timeout=_TIMEOUT, retry=_RETRY)
        except NotFound:  # replaced since it was found
            continue
        return content, int(found.generation)
    raise Superseded(f"gs://{bucket.name}/{name} is replaced all the time; try again later")


def replace(bucket: Bucket, name: str, content: bytes, *, generation: int, kind: str) -> int | None:
    """Write an object if its generation is still the one that is known.

    Args:
        bucket: where.
        name: of the object.
        content: all of it.
        generation: the one that is replaced; 0 where there is none.
        kind: the content's media type.

    Returns:
        The new generation; None where another wrote in between.
    """
    blob = bucket.blob(name)
    try:
        blob.upload_from_string(
            content,
            content_type=kind,
            if_generation_match=generation,
            timeout=_TIMEOUT,
            retry=_RETRY,
        )
    except PreconditionFailed:
        return _own(_find(bucket, name), content)
    return int(blob.generation)


def _own(found: Blob | None, content: bytes) -> int | None:
    """Recognise what we wrote: a write whose answer got lost is retried, and refused then."""
    if found is None or found.md5_hash != _md5(content):
        return None
    return int(found.generation)


def _md5(content: bytes) -> str:
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode("ascii")


def _find(bucket: Bucket, name: str) -> Blob | None:
    # Asked afresh each time: a Blob that is reloaded stays with the generation it saw first.
    return bucket.get_blob(name, timeout=_TIMEOUT, retry=_RETRY)
