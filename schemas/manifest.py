"""The manifest that stands beside a model's pickle and says what it is and how to check it."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from schemas.alerts import FiniteNumber, Probability, Sha256, Value
from schemas.moments import Moment
from schemas.tables import Kind

__all__ = ["GoldenRow", "Manifest", "ModelColumn", "Sha256", "Value", "Versions"]


class Versions(BaseModel):
    """What the model was trained with."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    python: str
    numpy: str
    pandas: str
    scikit_learn: str


class ModelColumn(BaseModel):
    """One column of the model's frame, in the order it was trained on."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    name: str
    """Upper case, as in the frame."""
    kind: Kind
    nullable: bool
    reference: Value
    """An unremarkable value (median or most frequent), against which reasons are measured."""


class GoldenRow(BaseModel):
    """One row and the probability that the model gave to it when it was trained."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    values: tuple[Value, ...]
    """In the order of ``columns``."""
    probability: Probability


class Manifest(BaseModel):
    """Everything a worker needs to check a pickle before and after loading it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    version: str
    sha256: Sha256
    """Of the pickle."""
    generation: int | None = None
    """The pickle's object generation in Cloud Storage, once it was uploaded."""
    versions: Versions
    columns: tuple[ModelColumn, ...]
    """The frame that the model takes, column by column."""
    threshold: Probability
    """The probability from which an alert is sent, unless the settings say another."""
    metrics: dict[str, FiniteNumber]
    """What the model reached on data it was not trained on, e.g. ``f1``."""
    trained_as_of: date | None = None
    """The day to which tenure was counted in training; None where tenure is not used."""
    training_data_sha256: Sha256
    created_at: Moment
    golden: tuple[GoldenRow, ...]
    """Rows that a worker scores after loading, to see that this scikit-learn predicts the same."""
