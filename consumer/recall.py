"""Events that were decided before are not scored again: what was decided then stands."""

from collections.abc import Sequence
from typing import Final

from consumer.errors import AlreadySettled, EventError
from consumer.isolate import isolate
from consumer.message import Message
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

FIRST: Final = 1
"""The attempt of a delivery before which there was none ("ReceivedMessage", Pub/Sub reference)."""


def recall(decoded: Sequence[Decoded], history: History) -> tuple[list[Decoded], list[Outcome]]:
    """Part the events into those to score and those that were decided before.

    A first delivery is not asked about: an event that comes in two messages, or where the count of
    attempts is wrong, is found as its decision is recorded.

    Raises:
        DependencyDown: the database is away; nothing of the batch was decided.
    """
    first = [item for item in decoded if _is_first(item.message)]
    again = [item for item in decoded if not _is_first(item.message)]
    unknown, outcomes = _looked_up(again, history)
    return _revised(first + unknown, history), outcomes


def recall_failed(
    failed: Sequence[Failed], decoded: Sequence[Decoded], history: History
) -> list[Outcome]:
    """Look up those that :func:`recall` did not ask about, and that would never be recorded.

    Raises:
        DependencyDown: the database is away; nothing of the batch was decided.
    """
    if not failed:
        return []
    by_message = {id(item.message): item for item in decoded}
    first = [by_message[id(each.message)] for each in failed if _is_first(each.message)]
    _, earlier = _looked_up(first, history)
    known = {id(outcome.message) for outcome in earlier}
    return [*earlier, *(each for each in failed if id(each.message) not in known)]


def _is_first(message: Message) -> bool:
    return message.delivery_attempt == FIRST


def _looked_up(decoded: Sequence[Decoded], history: History) -> tuple[list[Decoded], list[Outcome]]:
    def run(part: Sequence[Decoded]) -> list[Remembered | None]:
        keys = [key_of(item.event) for item in part]
        known = history.recall(keys)
        return [known.get(key) for key in keys]

    unknown: list[Decoded] = []
    outcomes: list[Outcome] = []
    for item, found in zip(decoded, isolate(run, decoded), strict=True):
        if found is None:
            unknown.append(item)
        elif isinstance(found, EventError):
            outcomes.append(Failed(item.message, found))
        else:
            outcomes.append(outcome_of_earlier(item, found))
    return unknown, outcomes


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
