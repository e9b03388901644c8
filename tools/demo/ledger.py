"""What went in and what came out, written down as it happens."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson

from consumer.message import Message
from tools.downstream.dead_letters import error_of
from tools.sample.events import Kind, SampleEvent


@dataclass(slots=True)
class Ledger:
    """Counts of messages, each once however often it is delivered, and how long alerts took.

    One thread writes what is published, another what arrives.
    """

    published: Counter[Kind] = field(default_factory=Counter)
    alerts: int = 0
    dead_letters: Counter[str] = field(default_factory=Counter)
    """By class of error."""
    seconds: list[float] = field(default_factory=list)
    """From an event's publishing to its alert's arrival; a duplicate event is not measured."""
    _published_at: dict[str, float] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def publishing(self, event: SampleEvent, at: float) -> None:
        """Write down an event, just before it is published at a monotonic time in seconds."""
        self.published[event.kind] += 1
        if event.kind is Kind.UPDATE:
            self._published_at[event.message.attributes["ce-id"]] = at

    def alert(self, message: Message, at: float) -> None:
        """Write down an alert that arrived."""
        if self._is_new(message):
            self.alerts += 1
            published_at = self._published_at.pop(orjson.loads(message.data)["event_id"], None)
            if published_at is not None:
                self.seconds.append(at - published_at)

    def dead_letter(self, message: Message) -> None:
        """Write down a dead letter that arrived."""
        if self._is_new(message):
            self.dead_letters[error_of(message) or "no reason"] += 1

    def _is_new(self, message: Message) -> bool:
        new = message.message_id not in self._seen
        self._seen.add(message.message_id)
        return new


def percentile(seconds: Sequence[float], share: float) -> float:
    """Give the least value that at least ``share`` of the values do not exceed (nearest rank)."""
    return sorted(seconds)[max(0, math.ceil(share * len(seconds)) - 1)]
