"""What two models said of the messages of a chunk becomes a tally."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from consumer.comparison import country_of, grade
from tools.what_if.chunks import Chunk
from tools.what_if.compared import Compared, Floats, LeftOut
from tools.what_if.moments import DAY, microseconds
from tools.what_if.newest import Ints, Newest, newest
from tools.what_if.tally import (
    AT_LEAST,
    EXAMPLES,
    STEPS,
    Alerts,
    Decided,
    Problem,
    Reason,
    Tally,
)

Places = Mapping[int, int]
"""Where messages stand in the source, by identity."""


class Thresholds(NamedTuple):
    """The probabilities from which the models alert."""

    current: float
    candidate: float


def count(
    chunk: Chunk, compared: Compared, left_out: Sequence[LeftOut], thresholds: Thresholds
) -> Tally:
    """Count the messages of a chunk, those that are compared and those that are not."""
    places = {id(each): place for place, each in enumerate(chunk.messages, chunk.first)}
    scores = _scores(compared, places)
    times = scores.times
    return Tally(
        decisions=_decisions(compared, thresholds),
        differences=_differences(compared.candidate - compared.current),
        days=_days(times, compared, thresholds),
        times=(int(times.min()), int(times.max())) if len(times) else None,
        left_out=_left_out(left_out, chunk),
        problems=_problems(left_out, chunk, places),
        scores=newest([scores]),
        truths=newest([_truths(compared, scores)]),
    )


def _decisions(compared: Compared, thresholds: Thresholds) -> dict[Decided, int]:
    countries = map(country_of, compared.countries)
    current = (grade(each, thresholds.current) for each in compared.current.tolist())
    candidate = (grade(each, thresholds.candidate) for each in compared.candidate.tolist())
    counts = Counter(zip(countries, current, candidate, strict=True))
    return {Decided(*each): events for each, events in counts.items()}


def _scores(compared: Compared, places: Places) -> Newest:
    """Lay the scores out in columns, one row an event."""
    moved = np.abs(compared.candidate - compared.current)
    rows = compared.rows
    return Newest(
        ids=np.array([row.event.update.id_client for row in rows], dtype=np.int64),
        times=np.array([microseconds(row.event.time) for row in rows], dtype=np.int64),
        places=np.array([places[id(row.message)] for row in rows], dtype=np.int64),
        values={
            "current": compared.current,
            "candidate": compared.candidate,
            "inputs": _inputs(compared, moved >= AT_LEAST),
        },
    )


def _inputs(compared: Compared, wanted: NDArray[np.bool_]) -> NDArray[Any]:
    """Keep what the candidate saw, as JSON: a fifth of what Python's objects would take."""
    kept = np.full(len(wanted), None, dtype=object)
    for row in np.flatnonzero(wanted).tolist():
        kept[row] = orjson.dumps([cells[row] for cells in compared.inputs])
    return kept


def _truths(compared: Compared, scores: Newest) -> Newest:
    """Take the events that say whether their customer has left."""
    said = [each.event.update.churn for each in compared.rows]
    rows = np.array([row for row, churn in enumerate(said) if churn is not None], dtype=np.intp)
    left = np.array([said[row] == "Yes" for row in rows], dtype=np.bool_)
    return Newest(scores.ids[rows], scores.times[rows], scores.places[rows], {"left": left})


def _differences(differences: Floats) -> Ints:
    steps = np.rint(differences * STEPS).astype(np.int64) + STEPS
    return np.bincount(steps, minlength=2 * STEPS + 1).astype(np.int64)


def _days(times: Ints, compared: Compared, thresholds: Thresholds) -> dict[int, Alerts]:
    days, row_days = np.unique(times // DAY, return_inverse=True)
    counted = [
        np.bincount(row_days, minlength=len(days)),
        np.bincount(row_days[compared.current >= thresholds.current], minlength=len(days)),
        np.bincount(row_days[compared.candidate >= thresholds.candidate], minlength=len(days)),
    ]
    alerts = map(Alerts, *(each.tolist() for each in counted))
    return dict(zip(days.tolist(), alerts, strict=True))


def _left_out(left_out: Sequence[LeftOut], chunk: Chunk) -> dict[Reason, int]:
    counts: Counter[Reason] = Counter(each.reason for each in left_out)
    if chunk.rejected:
        counts["unreadable"] = len(chunk.rejected)
    return dict(counts)


def _problems(left_out: Sequence[LeftOut], chunk: Chunk, places: Places) -> tuple[Problem, ...]:
    problems = [
        Problem(place, f"message {place + 1}: {left.failed.error}")
        for left in left_out
        for place in [places[id(left.failed.message)]]
    ]
    problems += [Problem(chunk.first, text) for text in chunk.rejected]
    return tuple(sorted(problems)[:EXAMPLES])
