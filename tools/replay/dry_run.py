"""What a replay would send, without sending it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from schemas.moments import rfc3339
from tools.dead_letters.masking import NotReadable, masked, masked_data
from tools.replay.batch import Looked
from tools.replay.checkpoint import Counts
from tools.replay.progress import duration
from tools.replay.selection import Selected, Unreadable
from tools.replay.source import Rejected

EXAMPLES: Final = 3


@dataclass(slots=True)
class DryRun:
    """What was found in a source."""

    target: str
    sent: int = 0
    left_out: int = 0
    put_aside: int = 0
    first: datetime | None = None
    """The time of the earliest event that would be sent."""
    last: datetime | None = None
    examples: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def counts(self) -> Counts:
        """What would become of the messages."""
        read = self.sent + self.left_out + self.put_aside
        return Counts(read=read, sent=self.sent, left_out=self.left_out, put_aside=self.put_aside)

    def look(self, looked: Iterable[Looked]) -> None:
        """Count the pieces of a source, and keep the first few of each kind."""
        for piece, found in looked:
            if isinstance(piece, Rejected):
                self._problem(piece.problem)
            elif isinstance(found, Unreadable):
                self._problem(f"message {piece.message.message_id}: {found.problem}")
            elif found is None:
                self.left_out += 1
            else:
                self._would_send(found)

    def seconds(self, rate: float | None, reading: float) -> float:
        """Say how long it takes at least: at the rate, or as long as reading it took."""
        return reading if rate is None else max(reading, self.sent / rate)

    def lines(self, *, rate: float | None, reading: float) -> list[str]:
        """Say it in lines for a terminal."""
        span = "" if self.first is None or self.last is None else _span(self.first, self.last)
        lines = [
            f"{self.sent:,} events would go to {self.target}{span}",
            f"{self.left_out:,} are left out, {self.put_aside:,} would be put aside",
            f"it takes at least {duration(self.seconds(rate, reading))}",
        ]
        return lines + [f"put aside: {each}" for each in self.problems]

    def _would_send(self, found: Selected) -> None:
        self.sent += 1
        if found.event is not None:
            time = found.event.time
            self.first = time if self.first is None else min(self.first, time)
            self.last = time if self.last is None else max(self.last, time)
        if len(self.examples) < EXAMPLES:
            self.examples.append(example_of(found))

    def _problem(self, problem: str) -> None:
        self.put_aside += 1
        if len(self.problems) < EXAMPLES:
            self.problems.append(problem)


def example_of(found: Selected) -> dict[str, Any]:
    """Show a message without a customer's name."""
    message = found.entry.message
    try:
        data: Any = masked_data(message.data)
    except NotReadable:
        data = f"{len(message.data):,} bytes that are no JSON object"
    return {
        "message_id": message.message_id,
        "publish_time": rfc3339(message.publish_time),
        "attributes": masked(message.attributes),
        "data": data,
        **({"facts": dict(found.entry.facts)} if found.entry.facts else {}),
    }


def _span(first: datetime, last: datetime) -> str:
    return f", of {rfc3339(first)} to {rfc3339(last)}"
