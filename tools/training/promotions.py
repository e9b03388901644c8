"""The promotion log beside a model: who put which model there, when, and how good it was."""

from typing import Final

from google.cloud.storage import Bucket
from pydantic import BaseModel, ConfigDict

from schemas.alerts import FiniteNumber, Probability, Sha256
from schemas.moments import Moment
from tools.training.bucket import ATTEMPTS, Superseded, read, replace

SUFFIX: Final = ".promotions.jsonl"


class Promotion(BaseModel):
    """One line of the log."""

    model_config = ConfigDict(frozen=True)

    at: Moment
    by: str
    name: str
    version: str
    sha256: Sha256
    generation: int
    """Of the pickle."""
    threshold: Probability
    metrics: dict[str, FiniteNumber]


def append(bucket: Bucket, model_blob: str, promotion: Promotion) -> None:
    """Add a line; whoever adds at the same time loses nothing.

    Raises:
        Superseded: others wrote again and again in between.
        google.api_core.exceptions.GoogleAPIError: Cloud Storage refuses or is away.
    """
    name = model_blob + SUFFIX
    line = promotion.model_dump_json().encode() + b"\n"
    for _ in range(ATTEMPTS):
        before, generation = read(bucket, name)
        if replace(bucket, name, before + line, generation=generation, kind="application/jsonl"):
            return
    raise Superseded(
        f"the model was pushed, but gs://{bucket.name}/{name} is written by others all the time; "
        f"add this line by hand: {line.decode().strip()}"
    )
