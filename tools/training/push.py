"""A trained model goes live: its pickle first, its manifest last, and then a line in the log.

The manifest names the generation of its pickle, and a worker reads the manifest first, so nobody
takes a pickle for another manifest's. With object versioning on in the bucket the model before
stays whole until its manifest is replaced; without, a worker that starts in the moment between the
two writes finds that they do not fit, and one that runs keeps the model that it has.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from google.cloud.storage import Bucket

from consumer.model.bucket import BlobLocation
from consumer.model.manifest import named_generation
from consumer.model.stored import manifest_name
from schemas.manifest import Manifest
from tools.training.bucket import ATTEMPTS, Superseded, generation_of, opened, read, replace
from tools.training.promotions import Promotion, append
from tools.training.trained import TrainedModel

PICKLE_KIND: Final = "application/octet-stream"
MANIFEST_KIND: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Pushed:
    """Where a model went."""

    uri: str
    generation: int
    """Of the pickle."""


def push_model(
    trained: TrainedModel, location: BlobLocation, *, by: str, clock: Callable[[], datetime]
) -> Pushed:
    """Put a model where workers read it.

    Args:
        trained: the model.
        location: of the pickle; the manifest and the promotion log go beside it.
        by: who does it, for the log.
        clock: tells when, with a time zone.

    Raises:
        Superseded: somebody else pushed at the same time.
        AccessDenied: the bucket may not be written.
        ResourceMissing: there is no such bucket.
        StorageDown: Cloud Storage is away.
    """
    with opened(location) as bucket:
        generation = put_pickle(bucket, location.blob, trained.pickle)
        manifest = trained.manifest.model_copy(update={"generation": generation})
        put_manifest(bucket, location.blob, manifest)
        append(bucket, location.blob, _promotion(manifest, generation, by, clock()))
    return Pushed(str(location), generation)


def put_pickle(bucket: Bucket, blob: str, content: bytes) -> int:
    """Upload a pickle in place of the present one; gives its generation.

    Raises:
        Superseded: another was uploaded in between.
    """
    present = generation_of(bucket, blob)
    written = replace(bucket, blob, content, generation=present, kind=PICKLE_KIND)
    if written is None:
        raise _superseded(bucket, blob)
    return written


def put_manifest(bucket: Bucket, blob: str, manifest: Manifest) -> None:
    """Upload the manifest of an uploaded pickle, unless a newer pickle has its manifest there.

    Raises:
        Superseded: it has.
    """
    name = manifest_name(blob)
    content = manifest.model_dump_json(indent=2).encode() + b"\n"
    for _ in range(ATTEMPTS):
        present, generation = read(bucket, name)
        if (named_generation(present) or 0) > (manifest.generation or 0):
            break
        if replace(bucket, name, content, generation=generation, kind=MANIFEST_KIND):
            return
    raise _superseded(bucket, blob)


def _superseded(bucket: Bucket, blob: str) -> Superseded:
    return Superseded(
        f"gs://{bucket.name}/{blob}: somebody else pushed a model at the same time, and theirs "
        "stands; look at the promotion log beside it, and push again if yours is to replace it"
    )


def _promotion(manifest: Manifest, generation: int, by: str, at: datetime) -> Promotion:
    return Promotion(
        at=at,
        by=by,
        name=manifest.name,
        version=manifest.version,
        sha256=manifest.sha256,
        generation=generation,
        threshold=manifest.threshold,
        metrics=manifest.metrics,
    )
