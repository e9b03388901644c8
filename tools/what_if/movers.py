"""The customers whose score differs most between the models, and why it is what it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
import orjson

from consumer.comparison import Grade, grade
from consumer.errors import EventError
from consumer.isolate import isolate
from consumer.message import Message
from consumer.ports import Model
from consumer.reasons import explain
from consumer.stages import Enriched, Scored
from schemas.alerts import Reason
from schemas.events import CustomerEvent, CustomerUpdate
from tools.what_if.counting import Thresholds
from tools.what_if.moments import moment
from tools.what_if.newest import Newest
from tools.what_if.tally import AT_LEAST

MOST: Final = 20


class Mover(NamedTuple):
    """A customer, by its newest event."""

    id_client: int
    event_time: datetime
    current: float
    candidate: float
    """Probabilities."""
    before: Grade
    after: Grade
    reasons: Sequence[Reason]
    """Why the candidate's probability is what it is."""

    @property
    def difference(self) -> float:
        """By how much the candidate's probability is higher."""
        return self.candidate - self.current


def movers(scores: Newest, candidate: Model, thresholds: Thresholds) -> list[Mover]:
    """Find those that move most, and by a hundredth at least; equal ones by id.

    Args:
        scores: as :attr:`tools.what_if.tally.Tally.scores`.
        candidate: explains its own scores.
        thresholds: of both models.
    """
    distance = np.abs(scores.values["candidate"] - scores.values["current"])
    order = np.lexsort((scores.ids, -distance))[:MOST]
    top = scores.taken(order[distance[order] >= AT_LEAST])
    scored = [_scored(top, row) for row in range(len(top))]
    reasons = isolate(lambda part: explain(part, candidate), scored)
    return [
        _mover(top, row, () if isinstance(why, EventError) else why, thresholds)
        for row, why in enumerate(reasons)
    ]


def _scored(top: Newest, row: int) -> Scored:
    """Put together again what was scored; of the event only what the candidate saw is kept."""
    customer, time = int(top.ids[row]), moment(int(top.times[row]))
    event = CustomerEvent("", "", time, CustomerUpdate(id_client=customer))
    return Scored(
        row=Enriched(Message("", b"", {}, time), event, None),
        probability=float(top.values["candidate"][row]),
        inputs=tuple(orjson.loads(top.values["inputs"][row])),
    )


def _mover(top: Newest, row: int, reasons: Sequence[Reason], thresholds: Thresholds) -> Mover:
    current, candidate = (float(top.values[each][row]) for each in ("current", "candidate"))
    return Mover(
        id_client=int(top.ids[row]),
        event_time=moment(int(top.times[row])),
        current=current,
        candidate=candidate,
        before=grade(current, thresholds.current),
        after=grade(candidate, thresholds.candidate),
        reasons=reasons,
    )
