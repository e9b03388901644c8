"""What the CRM publishes in a chaos run: good events, broken ones, and unknown customers."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from random import Random
from typing import Any

import orjson

from consumer.message import OutgoingMessage
from tests.builders import ce_attributes

SHARE = 0.01
"""Of all events; so many are broken, and so many are of unknown customers."""

BROKEN = (
    b"",
    b"{",
    b"[]",
    b"\xff\xfe\x00",
    b'{"id_client": "x"}',
    b'{"id_client": 1, "balance": NaN}',
    b'{"id_client": 9223372036854775808}',
    b'{"balance": 1}',
    b'{"id_client": ' + b"[" * 10_000,
    '{"id_client": 1, "nom": "Dupont 🏴", "age": -1}'.encode(),
)
NUMBER = "number"
"""Attribute that tells broken events apart, which have no id."""


class Fate(Enum):
    """What must become of an event."""

    SCORED = auto()
    BROKEN = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Event:
    """One event, what must become of it, and the message that carries it."""

    id: str
    fate: Fate
    message: OutgoingMessage


def make_events(
    seed: int,
    count: int,
    customers: Sequence[int],
    *,
    broken_share: float = SHARE,
    unknown_share: float = SHARE,
) -> list[Event]:
    """Make events of these customers; some are broken, some of customers that do not exist."""
    dice = Random(f"{seed} events")
    numbers = dice.sample(range(count), count)
    broken = set(numbers[: int(count * broken_share)])
    unknown = set(numbers[len(broken) :][: int(count * unknown_share)])
    strangers = max(customers) + 1
    events = []
    for number in range(count):
        if number in broken:
            events.append(_broken(number, dice))
        elif number in unknown:
            events.append(_event(number, Fate.UNKNOWN, strangers + number, dice))
        else:
            events.append(_event(number, Fate.SCORED, dice.choice(customers), dice))
    return events


def _broken(number: int, dice: Random) -> Event:
    attributes = {NUMBER: str(number), dice.choice(("é", "x", "ce-type")): "é" * 100}
    return Event(f"e-{number}", Fate.BROKEN, OutgoingMessage(dice.choice(BROKEN), attributes))


def _event(number: int, fate: Fate, id_client: int, dice: Random) -> Event:
    """Make an update of a field or two; the rest is in the database."""
    changed: dict[str, Any] = {
        "balance": round(dice.uniform(0, 200_000), 2),
        "age": dice.randrange(18, 93),
        "membre_actif": dice.choice(("Yes", "No")),
        "salaire": None,
    }
    chosen = dice.sample(sorted(changed), dice.randrange(3))
    fields = {"id_client": id_client, **{name: changed[name] for name in chosen}}
    time = f"2024-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}T09:30:00Z"
    name = f"e-{number}"
    return Event(name, fate, OutgoingMessage(orjson.dumps(fields), ce_attributes(name, time)))
