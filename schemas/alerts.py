"""What alerting systems receive: a churn alert, carried by a CloudEvent in binary mode."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

ALERT_TYPE = "churn.alert"

Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Risk(StrEnum):
    """How urgent an alert is: critical from half-way between the threshold and 1."""

    HIGH = "high"
    CRITICAL = "critical"


class ModelReference(BaseModel):
    """Which model scored: its name, version and the SHA-256 of its pickle."""

    model_config = ConfigDict(frozen=True)

    name: str
    version: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Reason(BaseModel):
    """How far one feature moved this customer's score.

    ``contribution`` is in log-odds: positive raises the churn risk. The contributions of several
    reasons need not add up to the score.
    """

    model_config = ConfigDict(frozen=True)

    feature: str
    value: float | str | None
    contribution: Annotated[float, Field(allow_inf_nan=False)]


class ChurnAlert(BaseModel):
    """The data of an alert. Copies of one revision are equal byte for byte."""

    model_config = ConfigDict(frozen=True)

    alert_id: UUID
    """UUIDv5 over the event's source and id: the key to deduplicate by."""
    revision: Annotated[int, Field(ge=1)] = 1
    event_id: str
    event_source: str
    id_client: int
    probability: Probability
    threshold: Probability
    risk: Risk
    reasons: tuple[Reason, ...] = ()
    model: ModelReference
    event_time: datetime
