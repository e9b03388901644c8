"""Decisions are kept before anything is published; what is kept is what counts."""

from collections.abc import Sequence

from consumer.alerts import AlertPolicy
from consumer.errors import EventError
from consumer.isolate import isolate
from consumer.ports import History, Model
from consumer.recall import outcome_of_earlier
from consumer.stages import Alerted, Decision, Decoded, Failed, Outcome, Remembered, Silent


def record(
    decisions: Sequence[Decision], history: History, model: Model, policy: AlertPolicy
) -> list[Outcome]:
    """Keep each decision and give the outcome that stands; a row that cannot be kept fails alone.

    Raises:
        DependencyDown: the database is away; the same batch can be processed again later.
    """

    def run(part: Sequence[Decision]) -> Sequence[Remembered | None]:
        return history.record(part, model, threshold=policy.threshold)

    return [
        _outcome(decision, kept)
        for decision, kept in zip(decisions, isolate(run, decisions), strict=True)
    ]


def _outcome(decision: Decision, kept: Remembered | EventError | None) -> Outcome:
    message, event = decision.item.row.message, decision.item.row.event
    if isinstance(kept, EventError):
        return Failed(message, kept)
    if kept is not None and kept.is_earlier:
        return outcome_of_earlier(Decoded(message, event), kept)
    if decision.alert is None or (kept is not None and kept.alert is None):
        return Silent(message, event, decision.item.probability)
    return Alerted(message, event, decision.alert, kept)
