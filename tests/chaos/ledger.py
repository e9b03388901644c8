"""What must come out, what did, and whether that is the same."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from consumer.dead_letter import restore
from consumer.message import OutgoingMessage
from schemas import dead_letters as words
from schemas.alerts import ChurnAlert
from tests.chaos.events import Event, Fate

Content = tuple[bytes, tuple[tuple[str, str], ...]]
"""Data and attributes of a message, to compare by."""
ERRORS = {Fate.BROKEN: "InvalidEvent", Fate.UNKNOWN: "UnknownCustomer"}
SHOWN = 3
"""So many examples of what is wrong are named."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come out of what was published."""

    alerts: Mapping[str, bytes]
    """The alert's data by event id; every other good event is silent."""
    silent: frozenset[str]
    letters: Mapping[Content, str]
    """The error's class by what the dead letter restores to."""
    attempts: int
    """At this attempt the worker gives a customer up that it does not know."""

    @classmethod
    def of(
        cls, events: Iterable[Event], alerts: Mapping[str, bytes], *, attempts: int
    ) -> "Expected":
        """Expect an alert of each of these events, and of no other."""
        listed = list(events)
        good = {each.id for each in listed if each.fate is Fate.SCORED}
        letters = {
            content(each.message): ERRORS[each.fate] for each in listed if each.fate in ERRORS
        }
        return cls(alerts, frozenset(good - alerts.keys()), letters, attempts)


@dataclass(slots=True)
class Found:
    """What came out: every copy of every alert and dead letter."""

    alerts: dict[str, Counter[bytes]] = field(default_factory=dict)
    """Copies of each data, by event id."""
    ids: dict[str, set[str]] = field(default_factory=dict)
    """Alert ids by event id."""
    letters: dict[Content, list[OutgoingMessage]] = field(default_factory=dict)
    """Copies of dead letters by what they restore to."""

    def alert(self, data: bytes) -> None:
        """Take down an alert."""
        alert = ChurnAlert.decode(data)
        self.alerts.setdefault(alert.event_id, Counter())[data] += 1
        self.ids.setdefault(alert.event_id, set()).add(str(alert.alert_id))

    def letter(self, letter: OutgoingMessage) -> None:
        """Take down a dead letter."""
        self.letters.setdefault(content(restore(letter)), []).append(letter)

    @property
    def alert_copies(self) -> int:
        """Alerts beyond the first of each event."""
        return sum(copies.total() for copies in self.alerts.values()) - len(self.alerts)

    @property
    def letter_copies(self) -> int:
        """Dead letters beyond the first of each message."""
        return sum(map(len, self.letters.values())) - len(self.letters)


def content(message: OutgoingMessage) -> Content:
    """Give what must be the same in a copy."""
    return message.data, tuple(sorted(message.attributes.items()))


@dataclass(frozen=True, slots=True)
class Kept:
    """What the score history holds of an event."""

    alert: bytes | None
    is_confirmed: bool


def is_complete(expected: Expected, found: Found) -> bool:
    """Whether nothing is missing any more."""
    return expected.alerts.keys() <= found.alerts.keys() and (
        expected.letters.keys() <= found.letters.keys()
    )


def complaints(expected: Expected, found: Found) -> list[str]:
    """Say what was lost, altered or misplaced; nothing where all is well."""
    wrong = {
        "alerts are missing": expected.alerts.keys() - found.alerts.keys(),
        "alerts are about events that must be silent": found.alerts.keys() & expected.silent,
        "alerts are about events that must be dead letters": found.alerts.keys()
        - expected.alerts.keys()
        - expected.silent,
        "alerts have copies that differ": _differing(found),
        "alerts are other than the scorer's": _altered(expected, found),
        "dead letters are missing": _names(expected.letters.keys() - found.letters.keys()),
        "dead letters are of messages that must have none": _names(
            found.letters.keys() - expected.letters.keys()
        ),
        "dead letters give another reason": _names(_misjudged(expected, found)),
        "dead letters came before the last attempt": _names(_hasty(expected, found)),
    }
    return _said(wrong)


def history_complaints(expected: Expected, kept: Mapping[str, Kept]) -> list[str]:
    """Say where the score history is not what came out; ``kept`` is by event id."""
    good = expected.alerts.keys() | expected.silent
    return _said(
        {
            "scores are not in the history": good - kept.keys(),
            "events are in the history that were never scored": kept.keys() - good,
            "events are otherwise in the history": {
                event
                for event, row in kept.items()
                if event in good and row.alert != expected.alerts.get(event)
            },
            "alerts were never confirmed": {
                event for event, row in kept.items() if not row.is_confirmed
            },
        }
    )


def _said(wrong: Mapping[str, Collection[str]]) -> list[str]:
    return [
        f"{len(which)} {what}, such as {', '.join(sorted(which)[:SHOWN])}"
        for what, which in wrong.items()
        if which
    ]


def _differing(found: Found) -> set[str]:
    several_ids = {event for event, ids in found.ids.items() if len(ids) > 1}
    return several_ids | {event for event, copies in found.alerts.items() if len(copies) > 1}


def _altered(expected: Expected, found: Found) -> set[str]:
    return {
        event
        for event, data in expected.alerts.items()
        if event in found.alerts and set(found.alerts[event]) != {data}
    }


def _misjudged(expected: Expected, found: Found) -> Iterator[Content]:
    for original, letters in found.letters.items():
        error = expected.letters.get(original)
        if error and any(letter.attributes.get(words.ERROR) != error for letter in letters):
            yield original


def _hasty(expected: Expected, found: Found) -> Iterator[Content]:
    for original, letters in found.letters.items():
        if expected.letters.get(original) == ERRORS[Fate.UNKNOWN] and any(
            int(letter.attributes.get(words.ATTEMPTS) or 0) < expected.attempts
            for letter in letters
        ):
            yield original


def _names(originals: Iterable[Content]) -> set[str]:
    """Name messages by their attributes: data may hold a customer's name."""
    return {str(dict(attributes)) for _, attributes in originals}
