"""Which messages of a source are meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

import orjson

from consumer.decode import decode_message
from consumer.errors import InvalidEvent
from schemas.events import CustomerEvent
from tools.replay.conditions import Condition
from tools.replay.source import Entry

_SAMPLED_BYTES = 8


class Selected(NamedTuple):
    """A message that is meant, with what the worker's own code reads from it."""

    entry: Entry
    event: CustomerEvent | None
    """None for a dead letter that nobody can read."""


class Unreadable(NamedTuple):
    """A message that is no customer update."""

    entry: Entry
    problem: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for; everything by default. All of it has to hold."""

    since: datetime | None = None
    """The first event time that is meant."""
    until: datetime | None = None
    """The first event time after those that are meant."""
    customers: frozenset[int] = frozenset()
    """Empty for all."""
    conditions: Sequence[Condition] = ()
    sample: float = 1.0
    """The share of events that is meant; the same events each time, chosen by source and id."""

    def describe(self) -> dict[str, object]:
        """Give what is asked for, as it stands in checkpoints and reports."""
        return {
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "customers": sorted(self.customers),
            "where": [str(each) for each in self.conditions],
            "sample": self.sample,
        }

    def includes(self, event: CustomerEvent | None, entry: Entry) -> bool:
        """Say whether a message is meant; one that cannot be read is, where nothing is asked."""
        return (
            (event is None or self._at_the_time(event.time))
            and (event is None or not self.customers or event.update.id_client in self.customers)
            and (event is not None or not self._asks_for_events)
            and all(each.holds(event, entry.facts) for each in self.conditions)
            and (self.sample >= 1.0 or _place_of(event, entry) < self.sample)
        )

    @property
    def _asks_for_events(self) -> bool:
        return bool(self.customers) or self.since is not None or self.until is not None

    def _at_the_time(self, time: datetime) -> bool:
        return (self.since is None or time >= self.since) and (
            self.until is None or time < self.until
        )


def select(
    entry: Entry, selection: Selection, topic: str, *, as_it_is: bool = False
) -> Selected | Unreadable | None:
    """Read a message as the worker does, and say whether it is meant; None where it is not.

    Args:
        entry: the message.
        selection: what is asked for.
        topic: the source of events that name none.
        as_it_is: whether a message that cannot be read may be meant, as dead letters may.
    """
    try:
        event = decode_message(entry.message, topic)
    except InvalidEvent as error:
        if not as_it_is:
            return Unreadable(entry, str(error))
        event = None
    return Selected(entry, event) if selection.includes(event, entry) else None


def _place_of(event: CustomerEvent | None, entry: Entry) -> float:
    """Place a message in 0..1, evenly, and the same each time."""
    name = [entry.message.message_id] if event is None else [event.source, event.id]
    digest = blake2b(orjson.dumps(name), digest_size=_SAMPLED_BYTES).digest()
    return int.from_bytes(digest) / float(2 ** (8 * _SAMPLED_BYTES))
