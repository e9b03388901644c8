"""A model is compiled if, and only if, that changes no answer.

Compared are the golden rows, the probed rows, and rows with gaps, unknown categories and absurd
numbers: all of them together, and each alone. Where the estimator refuses a row, the compiled one
must refuse it too.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import structlog
from numpy.typing import NDArray

from consumer.errors import EventError
from consumer.isolate import isolate
from consumer.model.compiled import compile_estimator
from consumer.model.loaded import LoadedModel
from consumer.score import DIGITS

log = structlog.get_logger(__name__)


def compiled_if_equal(
    model: LoadedModel, ordinary: pd.DataFrame, hostile: pd.DataFrame
) -> LoadedModel:
    """Compile a model, and keep that only where it gives the same.

    Args:
        model: passed every check.
        ordinary: rows of which the model takes some; it is compiled for their types.
        hostile: rows that it may refuse.

    Returns:
        The model; compiled, or as it was where no step of it is known. Where the compiled one
        differs or could not be made, also as it was, with a warning in the log.
    """
    expected = _answers(model, ordinary)
    try:
        compiled = compile_estimator(model.estimator, ordinary[~np.isnan(expected)])
        if compiled is None:
            return model
        candidate = replace(model, fast=compiled)
        if _answers_equally(candidate, ordinary, expected) and _answers_equally(
            candidate, hostile, _answers(model, hostile)
        ):
            return candidate
        reason = "other probabilities"
    except Exception as problem:  # noqa: BLE001 - a fitted attribute may be anything
        reason = type(problem).__name__
    log.warning("model_not_compiled", model=model.reference.name, reason=reason)
    return model


def _answers_equally(
    model: LoadedModel, frame: pd.DataFrame, expected: NDArray[np.float64]
) -> bool:
    rows = range(len(frame))
    alone = np.array([_answers(model, frame.iloc[[row]])[0] for row in rows])
    together = _answers(model, frame)
    return all(np.array_equal(expected, each, equal_nan=True) for each in (together, alone))


def _answers(model: LoadedModel, frame: pd.DataFrame) -> NDArray[np.float64]:
    """Score rows, as rounded as events are; NaN for each that the model refuses."""
    rows = list(range(len(frame)))
    # What overflows is no finding, and a warning for it would help nobody.
    with np.errstate(all="ignore"):
        found = isolate(lambda some: model.score(frame.iloc[list(some)]).tolist(), rows)
    scores = [np.nan if isinstance(each, EventError) else each for each in found]
    return np.array(scores, dtype=np.float64).round(DIGITS)
