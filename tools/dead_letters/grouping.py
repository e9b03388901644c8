"""Dead letters counted by what went wrong."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from consumer.message import Message
from schemas.moments import rfc3339
from tools.dead_letters.lines import NO_ERROR, redrives
from tools.downstream.dead_letters import error_of
from tools.replay.subscriptions.originals import facts_of, first_seen_of

_NUMBER = re.compile(r"\d+")
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Group:
    """The dead letters of one error class and reason; numbers in the reason count as equal."""

    error: str
    reason: str
    """With ``#`` in place of each number, such as a place in the data."""
    count: int = 0
    redriven: int = 0
    """How many of them were sent again before."""
    first: datetime = _LATEST
    """When the first of them became a dead letter."""
    last: datetime = _EARLIEST
    oldest: datetime = _LATEST
    """When the oldest of the originals was published."""
    example: str = ""
    """The message id of one of them."""

    def add(self, letter: Message) -> None:
        """Count a dead letter."""
        self.count += 1
        self.redriven += redrives(letter) > 0
        self.first = min(self.first, letter.publish_time)
        self.last = max(self.last, letter.publish_time)
        self.oldest = min(self.oldest, first_seen_of(letter))
        self.example = self.example or letter.message_id

    def document(self, total: int) -> dict[str, object]:
        """Give it for a program, with its share of ``total`` dead letters."""
        return {
            "error": self.error,
            "reason": self.reason,
            "count": self.count,
            "share": round(self.count / total, 4),
            "redriven": self.redriven,
            "first": rfc3339(self.first),
            "last": rfc3339(self.last),
            "oldest_first_seen": rfc3339(self.oldest),
            "example": self.example,
        }


@dataclass(slots=True)
class Groups:
    """All groups; as many as there are reasons."""

    by_name: dict[tuple[str, str], Group] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many dead letters there are."""
        return sum(group.count for group in self.by_name.values())

    def largest_first(self) -> list[Group]:
        """Give the groups in the order of their sizes."""
        return sorted(self.by_name.values(), key=lambda group: -group.count)


def grouped(letters: Iterable[Message]) -> Groups:
    """Count dead letters by error class and reason."""
    groups = Groups()
    for letter in letters:
        name = (error_of(letter) or NO_ERROR, _NUMBER.sub("#", facts_of(letter)["reason"]))
        groups.by_name.setdefault(name, Group(*name)).add(letter)
    return groups
