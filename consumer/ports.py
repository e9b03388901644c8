"""What the core asks of the world around it; the edge modules answer."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from consumer.stages import Decision, EventKey, Remembered
from schemas.alerts import ModelReference
from schemas.manifest import Value
from schemas.tables import Profile

Stage = Callable[[str], AbstractContextManager[object]]
"""Takes the time that a batch spends in the stage of that name."""


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


class History(Protocol):
    """Where scores and alerts are kept, so that no event is decided twice."""

    def recall(self, keys: Sequence[EventKey]) -> Mapping[EventKey, Remembered]:
        """Find what was decided about those of the events that are known.

        Raises:
            DatabaseDown: try the same batch again later.
            UnprocessableRow: one of the keys makes the query fail.
        """
        ...

    def revisions(self, keys: Sequence[EventKey]) -> Mapping[EventKey, int]:
        """Give the revision that an alert about each of these replays would have.

        Raises:
            DatabaseDown: try the same batch again later.
        """
        ...

    def record(
        self, decisions: Sequence[Decision], model: Model, *, threshold: float
    ) -> Sequence[Remembered | None]:
        """Keep the decisions, all or none; where an event was decided before, that stands.

        Returns:
            What stands for each, in order; None where nothing is kept at all.

        Raises:
            DatabaseDown: try the same batch again later.
            UnprocessableRow: one of the rows makes the statement fail.
            RevisionTaken: the event is to be decided anew.
        """
        ...

    def confirm(self, keys: Sequence[EventKey]) -> None:
        """Note that Pub/Sub has the alerts about these events.

        Raises:
            DatabaseDown: try again later; the alerts may be sent again.
        """
        ...
