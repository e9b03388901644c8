"""The manifest that stands beside a model's pickle and says what it is and how to check it."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.alerts import FiniteNumber, Probability, Sha256, Value
from schemas.moments import Moment
from schemas.tables import Kind

__all__ = [
    "CategoryShares",
    "DriftReference",
    "GoldenRow",
    "Manifest",
    "ModelColumn",
    "NumberShares",
    "Sha256",
    "Value",
    "Versions",
]

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
"""A part of all rows; those of one column and its nulls add up to 1, but for rounding."""


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


class NumberShares(BaseModel):
    """How the values of a number, or scores, were spread when the model was trained."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    edges: tuple[FiniteNumber, ...]
    """Inner edges of the bins, rising; a value that equals an edge is in the bin above it. The
    outermost bins have no end."""
    shares: tuple[Share, ...]
    """Of all rows, bin by bin: one more than edges."""
    null_share: Share = 0.0
    """Of all rows, those without a value."""

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if len(self.shares) != len(self.edges) + 1:
            raise ValueError("there must be one share more than edges")
        if any(low >= high for low, high in pairwise(self.edges)):
            raise ValueError("edges must rise")
        return self


class CategoryShares(BaseModel):
    """How often each value of a category was seen when the model was trained."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    shares: dict[str, Share]
    """Of all rows, by value."""
    other_share: Share = 0.0
    """Of all rows, those with a value that ``shares`` does not name; so are all unseen values."""
    null_share: Share = 0.0
    """Of all rows, those without a value."""


class DriftReference(BaseModel):
    """What the model's inputs and scores looked like, to measure drift against."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    rows: Annotated[int, Field(ge=1)]
    """How many customers the shares were counted on."""
    numbers: dict[str, NumberShares]
    """By column, numbers and tenure (in days, to ``trained_as_of``)."""
    categories: dict[str, CategoryShares]
    """By column."""
    score: NumberShares
    """Probabilities of customers that the model had not seen."""


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
    seed: int | None = None
    """What the training was seeded with; None where it is not known."""
    f1_bar: Probability | None = None
    """The F1 that a test of the served model on held-out customers must reach."""
    drift: DriftReference | None = None
    """None where the training did not count it."""
