"""A model that passed every check and can be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from consumer.model.compiled import CompiledEstimator
from consumer.model.scoring import Estimator, probabilities
from schemas.alerts import ModelReference
from schemas.manifest import DriftReference, Value


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A verified model; answers the protocol :class:`consumer.ports.Model`."""

    reference: ModelReference
    columns: tuple[str, ...]
    threshold: float
    neutral: Mapping[str, Value]
    generation: str
    """Changes when the stored model is replaced (``current_generation``)."""
    estimator: Estimator = field(repr=False)
    """What was unpickled."""
    row_by_row: bool = False
    """Its scores depend on what else is in the frame, so each row is scored alone."""
    fast: CompiledEstimator | None = field(default=None, repr=False)
    """Gives what the estimator gives, in less time; None where that could not be had."""
    drift: DriftReference | None = field(default=None, repr=False)
    """What inputs and scores were like in training; None where the manifest does not say."""
    threads: ThreadpoolController = field(default_factory=ThreadpoolController, repr=False)
    """Sees the thread pools that were loaded with the model."""

    @property
    def compiled(self) -> bool:
        """Whether it is scored by functions that were made of the estimator."""
        return self.fast is not None

    def score(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Score rows, each independent of the others.

        Args:
            frame: the columns of :attr:`columns`, in that order.

        Returns:
            Churn probabilities, shape ``(len(frame),)``.

        Raises:
            ScoringFailed: for at least one row; score them one by one to find which.
        """
        asked = self.fast or self.estimator
        # OpenMP's limit belongs to the calling thread, so it is set for each call (10 µs). With
        # more than one thread, scoring beside other threads is up to 30 times slower.
        with self.threads.limit(limits=1):
            if not self.row_by_row:
                return probabilities(asked, frame)
            alone = [probabilities(asked, frame.iloc[[row]]) for row in range(len(frame))]
            return np.concatenate([np.empty(0), *alone])
