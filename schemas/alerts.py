"""What alerting systems receive: a churn alert, carried by a CloudEvent in binary mode."""

from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.moments import Moment

ALERT_TYPE = "churn.alert"

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", max_length=64)]
FiniteNumber = Annotated[float, Field(allow_inf_nan=False)]
Value = FiniteNumber | str | None
"""What one cell of a model's frame holds; a missing number is None, as JSON has no NaN."""
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
    sha256: Sha256


class Reason(BaseModel):
    """How far one feature moved this customer's score."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    feature: str
    """The model's column."""
    value: Value
    """What the customer has there; null where it is missing."""
    contribution: FiniteNumber
    """In log-odds: positive raises the risk. Several need not add up to the score."""


class ChurnAlert(BaseModel):
    """The data of an alert. Copies of one revision are equal byte for byte."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    alert_id: UUID
    """UUIDv5 over the event's source and id: the key to deduplicate by."""
    revision: Annotated[int, Field(ge=1)] = 1
    """1, and counted up by each published replay of the same event."""
    event_id: str
    """The id of the event that was scored."""
    event_source: str
    """The system that published the event."""
    id_client: int
    """The customer."""
    probability: Probability
    """The model's probability of churn."""
    threshold: Probability
    """The probability from which an alert is sent."""
    risk: Risk
    """How urgent it is."""
    reasons: tuple[Reason, ...] = ()
    """What moved the score most, strongest first."""
    model: ModelReference
    """The model that scored."""
    event_time: Moment
    """When the update happened."""

    def encode(self) -> bytes:
        """Write the alert as JSON; equal alerts give equal bytes.

        The fields stand in the order of this class, ``event_time`` is RFC 3339 in UTC.
        """
        return self.model_dump_json().encode()

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read an alert's data, of this version or an older one.

        Raises:
            pydantic.ValidationError: it is not an alert.
        """
        return cls.model_validate_json(data)
