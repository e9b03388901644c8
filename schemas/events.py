"""What a CRM publishes: a customer update, carried by a CloudEvent."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from schemas.tables import MAX_ID, MAX_INTEGER, Sex, YesNo

EVENT_TYPE = "customer.updated"
SPEC_VERSION = "1.0"
STRUCTURED_CONTENT_TYPE = "application/cloudevents+json"
REPLAY_ATTRIBUTE = "ce-replay"
"""On an event that is sent again: the id of the replay."""

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


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
Amount = Annotated[float, Field(strict=True, allow_inf_nan=False)]
IsoDate = Annotated[date, BeforeValidator(_iso_date)]
Country = Annotated[
    str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")
]


class CustomerUpdate(BaseModel):
    """The data of an event: a customer's id and whichever of its fields changed.

    A field that is absent is taken from the database; a field that is null is null. Unknown
    fields are ignored, so that a CRM that adds one does not stop the bank.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id_client: Annotated[int, Field(ge=-MAX_ID - 1, le=MAX_ID), BeforeValidator(_whole_number)]
    date_entree: IsoDate | None = None
    nom: Annotated[str | None, Field(repr=False)] = None
    pays: Country | None = None
    sexe: Sex | None = None
    age: Count | None = None
    membre_actif: YesNo | None = None
    balance: Amount | None = None
    nb_produits: Count | None = None
    carte_credit: YesNo | None = None
    salaire: Amount | None = None
    score_credit: Amount | None = None
    churn: YesNo | None = None


@dataclass(frozen=True, slots=True)
class CustomerEvent:
    """A customer update with what the CloudEvent around it says."""

    source: str
    id: str
    time: datetime
    """When the update happened; always with a time zone."""
    update: CustomerUpdate
    replay: str | None = None
    unknown_fields: tuple[str, ...] = ()
