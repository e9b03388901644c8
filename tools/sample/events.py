"""Sample events: what a CRM might say of the sample's customers, and what goes wrong in one.

Equal arguments give equal events but for their time.
"""

import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from consumer.message import OutgoingMessage
from schemas.events import CustomerEvent, CustomerUpdate, binary_message
from tools.sample import CUSTOMER_CSV
from tools.tables_csv import read_customers

SOURCE = "crm/sample"
BROKEN_SHARE = 0.03
"""Of the events ``with_broken``; far below ``dead_letters.max_share``."""


class Kind(StrEnum):
    """What is to be expected of a sample event."""

    UPDATE = "update"
    """It raises an alert, or none."""
    DUPLICATE = "duplicate"
    """The same as the first update."""
    UNKNOWN_CUSTOMER = "unknown customer"
    """Retried, and in the end a dead letter."""
    BROKEN = "broken"
    """A dead letter at once."""


@dataclass(frozen=True, slots=True)
class SampleEvent:
    """One event, as it is published."""

    kind: Kind
    message: OutgoingMessage


_COUNTRIES = ("France", "Espagne", "Allemagne")

_CHANGES: Mapping[str, Callable[[random.Random], Any]] = {
    "balance": lambda chance: round(max(0.0, chance.gauss(76_000, 62_000)), 2),
    "carte_credit": lambda chance: chance.choices(("Yes", "No"), (7, 3))[0],
    "membre_actif": lambda chance: chance.choice(("Yes", "No")),
    "nb_produits": lambda chance: chance.choices((1, 2, 3, 4), (50, 45, 4, 1))[0],
    "pays": lambda chance: chance.choices(_COUNTRIES, (5, 2, 3))[0],
    "salaire": lambda chance: round(chance.uniform(12_000, 200_000), 2),
    "score_credit": lambda chance: float(chance.randint(350, 850)),
}
"""Fields that change in a customer's life, each with a plausible new value."""

_BROKEN: Sequence[tuple[bytes, Mapping[str, str]]] = (
    (b'{"id_client": 1001, "balance": 12', {}),  # cut short
    (b"id_client;balance\n1001;250.0", {}),  # CSV
    (b"[1001, 250.0]", {}),  # no object
    (b'{"balance": 250.0}', {}),  # no id
    (b'{"id_client": "1001"}', {}),  # an id that is a text
    (b'{"id_client": 9223372036854775808}', {}),  # one more than a 64-bit column takes
    (b'{"id_client": 1001, "age": -3}', {}),
    (b'{"id_client": 1001, "balance": NaN}', {}),
    (b'{"id_client": 1001, "sexe": "X"}', {}),
    (b'{"id_client": 1001, "date_entree": "2018-02-30"}', {}),
    (b'{"id_client": 1001}', {"ce-type": "customer.deleted"}),  # of another type
    (b'{"id_client": 1001}', {"ce-time": "yesterday"}),
)
"""Data that is wrong, or attributes of the CloudEvent around it that are."""


def sample_events(
    count: int,
    seed: int,
    *,
    now: Callable[[], datetime],
    with_broken: bool = False,
    customers: Sequence[int] | None = None,
) -> Iterator[SampleEvent]:
    """Make events one after another.

    Args:
        count: how many.
        seed: equal seeds give equal events.
        now: the time of each event.
        with_broken: whether some are broken, one is of an unknown customer and one a duplicate
            (as far as ``count`` has room for them).
        customers: ids of the customers that exist; by default those of the sample.
    """
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    known = customers or [row.id_client for row in read_customers(CUSTOMER_CSV)]
    kinds = _kinds(count, chance) if with_broken else {}
    broken = itertools.cycle(chance.sample(_BROKEN, len(_BROKEN)))
    first = _changed(known, chance, f"{seed}-0", now())
    for number in range(count):
        event_id, kind = f"{seed}-{number}", kinds.get(number, Kind.UPDATE)
        if number == 0 or kind is Kind.DUPLICATE:
            message = first
        elif kind is Kind.BROKEN:
            message = _spoilt(next(broken), event_id, now())
        elif kind is Kind.UNKNOWN_CUSTOMER:
            message = _update({"id_client": max(known) + 1}, event_id, now())
        else:
            message = _changed(known, chance, event_id, now())
        yield SampleEvent(kind, message)


def _kinds(count: int, chance: random.Random) -> dict[int, Kind]:
    """Choose which events are no plain updates; never the first."""
    broken = max(1, round(count * BROKEN_SHARE))
    kinds = [Kind.DUPLICATE, Kind.UNKNOWN_CUSTOMER, *[Kind.BROKEN] * broken]
    places = chance.sample(range(1, count), min(len(kinds), count - 1))
    return dict(zip(places, kinds, strict=False))


def _changed(
    known: Sequence[int], chance: random.Random, event_id: str, time: datetime
) -> OutgoingMessage:
    """Change one to three fields of one of the customers."""
    customer = chance.choice(known)
    names = chance.sample(sorted(_CHANGES), chance.randint(1, 3))
    fields = {name: _CHANGES[name](chance) for name in names}
    return _update({"id_client": customer, **fields}, event_id, time)


def _update(fields: Mapping[str, Any], event_id: str, time: datetime) -> OutgoingMessage:
    update = CustomerUpdate.model_validate(fields)
    event = CustomerEvent(source=SOURCE, id=event_id, time=time, update=update)
    return OutgoingMessage(*binary_message(event))


def _spoilt(
    broken: tuple[bytes, Mapping[str, str]], event_id: str, time: datetime
) -> OutgoingMessage:
    data, attributes = broken
    intact = _update({"id_client": 1001}, event_id, time)
    return OutgoingMessage(data, {**intact.attributes, **attributes})
