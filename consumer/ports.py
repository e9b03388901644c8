"""What the core asks of the world around it; the edge modules answer."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas.alerts import ModelReference
from schemas.manifest import Value
from schemas.tables import Profile


class Profiles(Protocol):
    """Where customers are looked up."""

    def lookup(self, ids: Sequence[int]) -> Mapping[int, Profile]:
        """Find the customers among ``ids`` that exist, in one query.

        Raises:
            DatabaseDown: try the same batch again later.
            UnprocessableRow: one of the ids makes the query fail.
        """
        ...


class Model(Protocol):
    """A loaded, verified model."""

    @property
    def reference(self) -> ModelReference:
        """Name, version and digest, as alerts carry them."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """The frame's columns, upper case, in the order the model was trained on."""
        ...

    @property
    def threshold(self) -> float:
        """The probability from which the manifest says to alert."""
        ...

    @property
    def neutral(self) -> Mapping[str, Value]:
        """Reference value of each column for reasons; empty where there is no manifest."""
        ...

    def score(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Churn probabilities, shape ``(len(frame),)``, each in 0..1.

        Raises:
            ScoringFailed: the model raised, or gave something that is no probability.
        """
        ...
