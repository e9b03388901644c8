"""Both models judge messages, through the worker's own code: decode, enrich, score."""

from dataclasses import dataclass
from typing import Final

from consumer.decode import decode
from consumer.enrich import enrich
from consumer.errors import EventError, InvalidEvent, UnknownCustomer
from consumer.ports import Model, Profiles
from tools.what_if.chunks import Chunk
from tools.what_if.compared import LeftOut, compare, needed
from tools.what_if.counting import Thresholds, count
from tools.what_if.tally import Reason, Tally

TOPIC: Final = "churn/what-if"
"""The source of an event that names none; no score depends on it."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Two models, from which probability on each alerts, and where customers are looked up."""

    current: Model
    candidate: Model
    thresholds: Thresholds
    profiles: Profiles

    def judge(self, chunk: Chunk) -> Tally:
        """Score each message by both models, and count.

        Raises:
            DependencyDown: the database is away.
            WorkerBroken: no database is set, or tables or permissions are missing.
        """
        decoded, invalid = decode(chunk.messages, TOPIC)
        rows, unknown = enrich(decoded, self.profiles, needed(self.current, self.candidate))
        compared = compare(rows, self.current, self.candidate)
        left_out = [LeftOut(each, _reason_of(each.error)) for each in (*invalid, *unknown)]
        return count(chunk, compared, [*left_out, *compared.left_out], self.thresholds)


def _reason_of(error: EventError) -> Reason:
    if isinstance(error, InvalidEvent):
        return "invalid"
    return "unknown customer" if isinstance(error, UnknownCustomer) else "bad row"
