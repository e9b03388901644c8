"""A compiled model, and the estimator behind it that judges whatever is out of the ordinary."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd

from consumer.model.compiled.steps import OutOfTheOrdinary, Step
from consumer.model.compiled.table import Table


@dataclass(frozen=True, slots=True)
class CompiledEstimator:
    """Gives what an estimator gives, and fails as it fails; threads may share it."""

    estimator: Any = field(repr=False)
    function: Step = field(repr=False)
    kinds: tuple["np.dtype[Any]", ...]
    """The type of each column that the function was made for."""

    @classmethod
    def of(cls, estimator: Any, function: Step, table: Table) -> Self:
        """Take the types of the columns from a table."""
        return cls(estimator, function, _kinds(table))

    def predict_proba(self, frame: pd.DataFrame) -> Any:
        """Give probabilities, shape ``(n,)`` or as the estimator gives them.

        Raises:
            Exception: whatever the estimator raises.
        """
        try:
            answer = self.quickly(frame)
        except Exception:  # noqa: BLE001 - what it was, the estimator says by its own error
            return self.estimator.predict_proba(frame)
        if np.isfinite(answer).all():
            return answer
        return self.estimator.predict_proba(frame)

    def quickly(self, frame: pd.DataFrame) -> Any:
        """Give what the function gives, without asking the estimator.

        Raises:
            OutOfTheOrdinary: the frame has other types than were compiled for, or infinities.
            Exception: whatever goes wrong in a step.
        """
        table = Table.of(frame)
        if _kinds(table) != self.kinds:
            raise OutOfTheOrdinary
        numbers = [column for column in table.columns.values() if column.dtype == np.float64]
        if numbers and np.isinf(np.concatenate(numbers)).any():
            raise OutOfTheOrdinary
        with np.errstate(all="ignore"):  # what comes of it is not finite
            return self.function(table)


def _kinds(table: Table) -> tuple["np.dtype[Any]", ...]:
    return tuple(column.dtype for column in table.columns.values())
