"""Messages, customers and stand-ins for the edges, for tests of the core."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import orjson
import pandas as pd
from numpy.typing import NDArray

from consumer.alerts import AlertPolicy
from consumer.errors import ScoringFailed, UnprocessableRow
from consumer.message import Message
from consumer.pipeline import conclude, judge
from consumer.ports import Model
from consumer.processing import Processing
from consumer.stages import Outcome
from schemas.alerts import ModelReference
from schemas.manifest import Value
from schemas.tables import Profile

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
TOPIC = "projects/p/topics/customer-updates"
POLICY = AlertPolicy(threshold=0.5, deployment="test")
REFERENCE = ModelReference(name="logistic", version="1", sha256="0" * 64)


def worked_through(processing: Processing, batch: Sequence[Message]) -> list[Outcome]:
    """Judge a batch and conclude it, with nothing in between."""
    return processing.conclude(processing.judge(batch))


def message(
    data: object = None,
    attributes: Mapping[str, str] | None = None,
    *,
    attempt: int | None = 1,
    **more: str,
) -> Message:
    """Build a message; ``ce_id="1"`` becomes one more attribute ``ce-id``."""
    return Message(
        message_id="42",
        data=data if isinstance(data, bytes) else orjson.dumps(data),
        attributes={
            **(attributes or {}),
            **{name.replace("_", "-"): value for name, value in more.items()},
        },
        publish_time=NOON,
        delivery_attempt=attempt,
    )


def ce_attributes(event_id: str, time: str = "2024-05-01T09:30:00Z") -> dict[str, str]:
    """What a CRM puts around its data in CloudEvents binary mode."""
    return {
        "ce-id": event_id,
        "ce-source": "crm/paris",
        "ce-type": "customer.updated",
        "ce-time": time,
        "ce-specversion": "1.0",
    }


def update(id_client: int = 1, *, event_id: str = "e-1", **fields: Any) -> Message:
    """Build an event in binary mode, as a CRM publishes it."""
    return message({"id_client": id_client, **fields}, ce_attributes(event_id))


def profile(id_client: int = 1, **fields: Any) -> Profile:
    """Build a customer at low risk, unless ``fields`` say otherwise."""
    known: dict[str, Any] = {
        "date_entree": date(2020, 5, 1),
        "pays": "France",
        "sexe": "F",
        "age": 30,
        "membre_actif": "Yes",
        "balance": 0.0,
        "nb_produits": 1,
        "carte_credit": "Yes",
        "salaire": 50_000.0,
        "score_credit": 600.0,
    }
    return Profile(id_client=id_client, **(known | fields))


@dataclass
class RecordedProfiles:
    """A table of customers that records each query; ids over 64 bits make a query fail."""

    customers: Mapping[int, Profile]
    queries: list[list[int]] = field(default_factory=list)

    def lookup(self, ids: Sequence[int]) -> Mapping[int, Profile]:
        """Find the customers that exist."""
        self.queries.append(list(ids))
        if any(abs(each) >= 2**62 for each in ids):
            raise UnprocessableRow("out of range")
        return {each: self.customers[each] for each in ids if each in self.customers}


@dataclass
class LogisticModel:
    """A model whose log-odds are known exactly: 0.1 an year over 40, and 2 in Germany.

    A row with a salary below zero makes it fail, as a real model may fail on one row.
    """

    reference: ModelReference = REFERENCE
    columns: tuple[str, ...] = ("AGE", "PAYS", "SALAIRE")
    threshold: float = 0.5
    neutral: Mapping[str, Value] = field(
        default_factory=lambda: {"AGE": 40.0, "PAYS": "France", "SALAIRE": 50_000.0}
    )
    calls: list[int] = field(default_factory=list)

    def score(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Score each row by the formula."""
        self.calls.append(len(frame))
        if (frame["SALAIRE"] < 0).any():
            raise ScoringFailed("the model failed on a row")
        german = (frame["PAYS"] == "Allemagne").to_numpy(dtype=float)
        odds = 0.1 * (frame["AGE"].fillna(40).to_numpy() - 40) + 2 * german
        return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)


def processed(
    *batch: Message,
    known: Mapping[int, Profile] | None = None,
    model: Model | None = None,
    policy: AlertPolicy = POLICY,
) -> list[Outcome]:
    """What the worker decides about these messages at a bank that knows these customers."""
    judged = judge(
        batch,
        topic=TOPIC,
        profiles=RecordedProfiles(known or {}),
        model=model or LogisticModel(),
        policy=policy,
    )
    return conclude(judged)
