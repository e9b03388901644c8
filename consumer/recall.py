"""Events that were decided before are not scored again: what was decided then stands."""

from collections.abc import Sequence

from consumer.errors import AlreadySettled, EventError
from consumer.isolate import isolate
from consumer.ports import History
from consumer.stages import (
    Alerted,
    Decoded,
    EventKey,
    Failed,
    Outcome,
    Remembered,
    key_of,
)
from schemas.alerts import ChurnAlert


def recall(decoded: Sequence[Decoded], history: History) -> tuple[list[Decoded], list[Outcome]]:
    """Part the events into those to score and those that were decided before.

    Raises:
        DependencyDown: the database is away; nothing of the batch was decided.
    """

    def run(part: Sequence[Decoded]) -> list[Remembered | None]:
        keys = [key_of(item.event) for item in part]
        known = history.recall(keys)
        return [known.get(key) for key in keys]

    fresh: list[Decoded] = []
    outcomes: list[Outcome] = []
    for item, found in zip(decoded, isolate(run, decoded), strict=True):
        if found is None:
            fresh.append(item)
        elif isinstance(found, EventError):
            outcomes.append(Failed(item.message, found))
        else:
            outcomes.append(outcome_of_earlier(item, found))
    return _revised(fresh, history), outcomes


def outcome_of_earlier(item: Decoded, found: Remembered) -> Outcome:
    """Send an alert that is not confirmed again, byte for byte; else there is nothing to do."""
    if found.is_settled or found.alert is None:
        return Failed(item.message, AlreadySettled("the event was decided before"))
    return Alerted(item.message, item.event, ChurnAlert.decode(found.alert), found)


def _revised(fresh: list[Decoded], history: History) -> list[Decoded]:
    """Count the revisions of replayed events; all others are the first."""
    replays: list[EventKey] = [key_of(each.event) for each in fresh if each.event.replay]
    if not replays:
        return fresh
    revisions = history.revisions(replays)
    return [item._replace(revision=revisions.get(key_of(item.event), 1)) for item in fresh]
