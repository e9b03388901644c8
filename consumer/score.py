"""Each enriched event gets its probability, by one call of the model for the whole batch."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from consumer.errors import EventError
from consumer.features import columns_of
from consumer.frames import frame_of_columns
from consumer.isolate import isolate
from consumer.ports import Model, Stage
from consumer.stages import Enriched, Failed, Scored
from schemas.manifest import Value

DIGITS: Final = 8
"""Decimals of a probability. The last bits of a sum depend on how many rows the matrix library
takes at a time, and an event must score the same in every batch that it comes with."""

Seen = Callable[[pd.DataFrame, NDArray[np.float64]], object]
"""Is shown a frame that was scored, and its probabilities; must cost nothing and not raise."""


class Answer(NamedTuple):
    """What a model says of one row."""

    probability: float
    """Rounded to :data:`DIGITS`."""
    inputs: tuple[Value, ...]
    """What it saw, in the order of its columns."""


def unseen(frame: pd.DataFrame, probabilities: NDArray[np.float64]) -> None:
    """Look at nothing."""


def score(
    rows: Sequence[Enriched], model: Model, seen: Seen = unseen, stage: Stage = nullcontext
) -> tuple[list[Scored], list[Failed]]:
    """Score the rows; one that the model fails on is found and fails alone.

    ``seen`` is shown each row that has a probability once, in one frame or in several.
    """
    scored: list[Scored] = []
    failed: list[Failed] = []
    results = isolate(lambda part: ask(part, model, seen, stage), rows)
    for row, result in zip(rows, results, strict=True):
        if isinstance(result, EventError):
            failed.append(Failed(row.message, result))
        else:
            scored.append(Scored(row, *result))
    return scored, failed


def ask(
    rows: Sequence[Enriched], model: Model, seen: Seen = unseen, stage: Stage = nullcontext
) -> list[Answer]:
    """Give one answer a row.

    Raises:
        ScoringFailed: for at least one row.
    """
    with stage("frame"):
        columns = columns_of(rows, model.columns)
        frame = frame_of_columns(columns)
    with stage("predict"):
        probabilities = model.score(frame).round(DIGITS)
    seen(frame, probabilities)
    return list(map(Answer, probabilities.tolist(), zip(*columns.values(), strict=True)))
