"""Asking an estimator, and believing nothing but probabilities."""

from typing import Any, Final, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from consumer.errors import ScoringFailed

_TWO_CLASSES: Final = 2


class Estimator(Protocol):
    """What is unpickled: anything that gives probabilities for a frame."""

    def predict_proba(self, frame: pd.DataFrame) -> Any:
        """Give shape ``(n, 2)``, the churn probability second, or shape ``(n,)``."""
        ...


def probabilities(estimator: Estimator, frame: pd.DataFrame) -> NDArray[np.float64]:
    """Ask the estimator about all rows at once.

    Returns:
        Churn probabilities, shape ``(len(frame),)``.

    Raises:
        ScoringFailed: it raised, which is then the cause, or it gave something else than one
            probability a row, without a cause. The text names no value.
    """
    if len(frame) == 0:
        return np.empty(0)
    try:
        # A copy that pandas makes only if the model writes into its input.
        answer = np.asarray(estimator.predict_proba(frame.copy(deep=False)), dtype=np.float64)
    except Exception as problem:  # a model may raise anything
        raise ScoringFailed(f"the model raised {type(problem).__name__}") from problem
    return _checked(answer, len(frame))


def _checked(answer: NDArray[np.float64], rows: int) -> NDArray[np.float64]:
    if answer.shape == (rows, _TWO_CLASSES):
        answer = answer[:, 1]
    if answer.shape != (rows,):
        raise ScoringFailed(f"the model gave shape {answer.shape} for {rows} rows")
    if not ((answer >= 0) & (answer <= 1)).all():  # False for NaN too
        raise ScoringFailed("the model gave something that is no probability")
    return answer
