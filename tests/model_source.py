"""Models, and a place where they lie, for tests of what happens when they change."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from consumer.errors import ChurnError
from consumer.model import LoadedModel
from schemas.alerts import ModelReference


@dataclass
class Constant:
    """An estimator that gives everybody the same probability, and records how many it was asked."""

    probability: float
    asked: list[int] = field(default_factory=list)

    def predict_proba(self, frame: pd.DataFrame) -> object:
        """Score."""
        self.asked.append(len(frame))
        return np.full(len(frame), self.probability)


def constant_model(
    version: str = "1",
    probability: float = 0.9,
    *,
    threshold: float = 0.5,
    generation: str | None = None,
    columns: tuple[str, ...] = ("AGE",),
) -> LoadedModel:
    """A loaded model whose score is known; its digest and generation come from its version."""
    return LoadedModel(
        reference=ModelReference(name="constant", version=version, sha256=version[0] * 64),
        columns=columns,
        threshold=threshold,
        neutral={},
        generation=generation or version,
        estimator=Constant(probability),
    )


@dataclass
class RecordedSource:
    """A place where models lie: gives or raises what lies there, and records each load."""

    there: LoadedModel | ChurnError
    generation: str = ""
    away: ChurnError | None = None
    loads: list[str] = field(default_factory=list)
    when_loading: Callable[[], None] = lambda: None

    def put(self, there: LoadedModel | ChurnError, generation: str) -> None:
        """Replace what lies there."""
        self.there, self.generation = there, generation

    def current_generation(self) -> str:
        """Say which generation lies there."""
        if self.away is not None:
            raise self.away
        return self.generation

    def load(self) -> LoadedModel:
        """Give what lies there."""
        self.loads.append(self.generation)
        self.when_loading()
        if isinstance(self.there, ChurnError):
            raise self.there
        return self.there
