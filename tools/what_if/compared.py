"""Both models are asked about the same rows, which are laid out once for the two of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from consumer.errors import ScoringFailed
from consumer.features import columns_of
from consumer.frames import frame_of_columns
from consumer.ports import Model
from consumer.score import DIGITS, score
from consumer.stages import Enriched, Failed
from schemas.manifest import Value
from tools.what_if.tally import Reason

Floats = NDArray[np.float64]
Columns = Mapping[str, Sequence[Value]]

COUNTRY: Final = "PAYS"


class LeftOut(NamedTuple):
    """A message that is not compared."""

    failed: Failed
    reason: Reason


@dataclass(frozen=True, slots=True)
class Compared:
    """Events with what both models say of them."""

    rows: Sequence[Enriched]
    countries: Sequence[Value]
    inputs: Sequence[Sequence[Value]]
    """What the candidate saw: its columns in its order, each as long as ``rows``."""
    current: Floats
    candidate: Floats
    left_out: Sequence[LeftOut] = ()


def needed(current: Model, candidate: Model) -> tuple[str, ...]:
    """Name the columns that the two models want."""
    return tuple(dict.fromkeys((*current.columns, *candidate.columns)))


def compare(rows: Sequence[Enriched], current: Model, candidate: Model) -> Compared:
    """Score the rows by both models; one that either of them fails on is found, and left out.

    Probabilities are what :func:`consumer.score.ask` gives for each model.
    """
    columns = _columns(rows, current, candidate)
    try:
        return Compared(
            rows=rows,
            countries=columns[COUNTRY],
            inputs=[columns[name] for name in candidate.columns],
            current=_ask(columns, current),
            candidate=_ask(columns, candidate),
        )
    except ScoringFailed:
        return _one_by_one(rows, current, candidate)


def _columns(rows: Sequence[Enriched], current: Model, candidate: Model) -> Columns:
    return columns_of(rows, tuple(dict.fromkeys((*needed(current, candidate), COUNTRY))))


def _ask(columns: Columns, model: Model) -> Floats:
    frame = frame_of_columns({name: columns[name] for name in model.columns})
    return model.score(frame).round(DIGITS)


def _one_by_one(rows: Sequence[Enriched], current: Model, candidate: Model) -> Compared:
    """Find the rows that a model fails on; where both do, it is the current one that counts."""
    before, failing = score(rows, current)
    after, refusing = score([each.row for each in before], candidate)
    refused = {id(each.message) for each in refusing}
    before = [each for each in before if id(each.row.message) not in refused]
    left = [each.row for each in after]
    columns = _columns(left, current, candidate)
    return Compared(
        rows=left,
        countries=columns[COUNTRY],
        inputs=[columns[name] for name in candidate.columns],
        current=np.array([each.probability for each in before], dtype=np.float64),
        candidate=np.array([each.probability for each in after], dtype=np.float64),
        left_out=[
            *(LeftOut(each, "current fails") for each in failing),
            *(LeftOut(each, "candidate fails") for each in refusing),
        ],
    )
