"""What a CRM publishes: a customer update, carried by a CloudEvent."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from schemas.moments import Moment, rfc3339
from schemas.tables import MAX_FLOAT, MAX_ID, MAX_INTEGER, Sex, YesNo

EVENT_TYPE = "customer.updated"
SPEC_VERSION = "1.0"
DATA_CONTENT_TYPE = "application/json"
STRUCTURED_CONTENT_TYPE = "application/cloudevents+json"
CONTENT_TYPE_ATTRIBUTE = "content-type"
"""Lower case; its value is the event's ``datacontenttype``, unless it starts with
``application/cloudevents``: then the message is in structured mode ("Google Cloud Pub/Sub
Protocol Binding for CloudEvents", 3 and 3.1.1)."""
REPLAY_ATTRIBUTE = "ce-replay"
"""On an event that is sent again: the id of the replay."""

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _whole_number(value: Any) -> Any:
    """Accept what JSON Schema calls an integer: 42 and 42.0, but neither "42" nor true."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool | str):
        raise ValueError("must be a whole number")  # noqa: TRY004 - pydantic collects ValueErrors
    return value


def _iso_date(value: Any) -> Any:
    """Accept a full ISO 8601 calendar date only: 2018-06-01, not 20180601 and no timestamp."""
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        return date.fromisoformat(value)
    if value is None or type(value) is date:
        return value
    raise ValueError("must be a date like 2018-06-01")


WholeNumber = Annotated[int, BeforeValidator(_whole_number)]
Count = Annotated[int, Field(ge=0, le=MAX_INTEGER), BeforeValidator(_whole_number)]
Amount = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-MAX_FLOAT, le=MAX_FLOAT)]
IsoDate = Annotated[
    date,
    BeforeValidator(_iso_date),
    WithJsonSchema(
        {"type": "string", "format": "date", "pattern": f"^{_ISO_DATE.pattern}$", "maxLength": 10}
    ),
]
Country = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$"),
    # Said as "no control character anywhere": `$` stands before a last newline in some engines.
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "maxLength": 64,
            "not": {"pattern": r"[\u0000-\u001f\u007f]"},
        }
    ),
]


class CustomerUpdate(BaseModel):
    """The data of an event: a customer's id and whichever of its fields changed.

    A field that is absent is taken from the database; a field that is null is null. Unknown
    fields are ignored, so that a CRM that adds one does not stop the bank.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    id_client: Annotated[int, Field(ge=-MAX_ID - 1, le=MAX_ID), BeforeValidator(_whole_number)]
    """The customer's id: a whole number that fits a signed 64-bit column."""
    date_entree: IsoDate | None = None
    """The day the customer joined the bank."""
    nom: Annotated[str | None, Field(repr=False)] = None
    """The customer's name. Personal, and never used: leave it out."""
    pays: Country | None = None
    """The country, as the CRM writes it: France, Espagne, Allemagne or another."""
    sexe: Sex | None = None
    """H (homme) or F (femme)."""
    age: Count | None = None
    """In years."""
    membre_actif: YesNo | None = None
    """Whether the customer is an active member."""
    balance: Amount | None = None
    """The balance of the customer's accounts."""
    nb_produits: Count | None = None
    """How many of the bank's products the customer has."""
    carte_credit: YesNo | None = None
    """Whether the customer has a credit card."""
    salaire: Amount | None = None
    """The estimated yearly salary."""
    score_credit: Amount | None = None
    """The credit score."""
    churn: YesNo | None = None
    """Whether the customer has left. Never used for a score."""


class StructuredEvent(BaseModel):
    """A customer update in structured content mode: CloudEvent and data in one JSON object."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    specversion: Literal["1.0"]
    type: Literal["customer.updated"]
    source: Annotated[str, Field(min_length=1)]
    """The system that publishes, e.g. ``crm/paris``."""
    id: Annotated[str, Field(min_length=1)]
    """Unique within the source: source and id together name the event."""
    time: Moment | None = None
    """When the update happened; where it is missing, the time of publishing counts."""
    datacontenttype: str | None = None
    replay: Annotated[str, Field(min_length=1)] | None = None
    """On an event that is sent again: the id of the replay."""
    data: CustomerUpdate


class CustomerEvent(NamedTuple):
    """A customer update with what the CloudEvent around it says."""

    source: str
    id: str
    time: datetime
    """When the update happened; always with a time zone."""
    update: CustomerUpdate
    replay: str | None = None
    unknown_fields: tuple[str, ...] = ()


def binary_message(event: CustomerEvent) -> tuple[bytes, dict[str, str]]:
    """Write an event in binary content mode, as a CRM publishes it.

    Returns:
        The message's data (JSON, without the fields that the event does not carry) and its
        attributes.

    Raises:
        ValueError: the event's time has no time zone.
    """
    attributes = binary_attributes(event.source, event.id, event.time)
    if event.replay is not None:
        attributes[REPLAY_ATTRIBUTE] = event.replay
    return event.update.model_dump_json(exclude_unset=True).encode(), attributes


def binary_attributes(source: str, event_id: str, time: datetime) -> dict[str, str]:
    """Write what stands around a customer update in binary content mode.

    Raises:
        ValueError: the time has no time zone.
    """
    return {
        "ce-specversion": SPEC_VERSION,
        "ce-type": EVENT_TYPE,
        "ce-source": source,
        "ce-id": event_id,
        "ce-time": rfc3339(time),
        CONTENT_TYPE_ATTRIBUTE: DATA_CONTENT_TYPE,
    }
