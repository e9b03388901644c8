"""The manifest that stands beside a model's pickle and says what it is and how to check it."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from schemas.alerts import Probability
from schemas.tables import Kind

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Value = float | str | None


class Versions(BaseModel):
    """What the model was trained with."""

    model_config = ConfigDict(frozen=True)

    python: str
    numpy: str
    pandas: str
    scikit_learn: str


class ModelColumn(BaseModel):
    """One column of the model's frame, in the order it was trained on."""

    model_config = ConfigDict(frozen=True)

    name: str
    """Upper case, as in the frame."""
    kind: Kind
    nullable: bool
    reference: Value
    """An unremarkable value (median or most frequent), against which reasons are measured."""


class GoldenRow(BaseModel):
    """One row and the probability that the model gave to it when it was trained."""

    model_config = ConfigDict(frozen=True)

    values: tuple[Value, ...]
    """In the order of ``columns``."""
    probability: Probability


class Manifest(BaseModel):
    """Everything a worker needs to check a pickle before and after loading it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: str
    sha256: Sha256
    generation: int | None = None
    """The pickle's object generation in Cloud Storage, once it was uploaded."""
    versions: Versions
    columns: tuple[ModelColumn, ...]
    threshold: Probability
    metrics: dict[str, float]
    trained_as_of: date | None = None
    """The day to which tenure was counted in training; None where tenure is not used."""
    training_data_sha256: Sha256
    created_at: datetime
    golden: tuple[GoldenRow, ...]
