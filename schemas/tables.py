"""The two tables that hold what the bank knows of a customer, and which columns a model may use.

Table and column names are lower case in the database; a model's columns carry the same names in
upper case.
"""

import sys
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple

YesNo = Literal["Yes", "No"]
Sex = Literal["H", "F"]

MAX_ID = 2**63 - 1
"""The largest customer id: the column is a signed 64-bit integer."""

MAX_INTEGER = 2**31 - 1
"""The largest whole number in the other integer columns (PostgreSQL ``integer``)."""

MAX_FLOAT = sys.float_info.max
"""The largest amount (PostgreSQL ``double precision``)."""


class Kind(StrEnum):
    """How a feature enters the model's frame."""

    NUMBER = "number"
    """A float64 column; missing is NaN."""
    CATEGORY = "category"
    """An object column of strings; missing is None."""
    TENURE = "tenure"
    """A date in the database; in the frame, days from it to the event's time (float64)."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One column that a model may be trained on."""

    name: str
    """Lower case, as in the tables, in events and in :class:`Profile`."""
    kind: Kind

    @property
    def column(self) -> str:
        """The name of the column in a model's frame."""
        return self.name.upper()


FEATURES: tuple[Feature, ...] = (
    Feature("date_entree", Kind.TENURE),
    Feature("pays", Kind.CATEGORY),
    Feature("sexe", Kind.CATEGORY),
    Feature("age", Kind.NUMBER),
    Feature("membre_actif", Kind.CATEGORY),
    Feature("balance", Kind.NUMBER),
    Feature("nb_produits", Kind.NUMBER),
    Feature("carte_credit", Kind.CATEGORY),
    Feature("salaire", Kind.NUMBER),
    Feature("score_credit", Kind.NUMBER),
)
"""Every feature there is. Never the id, the name or the churn label."""

FEATURE_OF_COLUMN = {feature.column: feature for feature in FEATURES}


class Profile(NamedTuple):
    """A customer with its indicators, as the database has them; the name is never read."""

    id_client: int
    date_entree: date | None = None
    pays: str | None = None
    sexe: str | None = None
    age: int | None = None
    membre_actif: str | None = None
    balance: float | None = None
    nb_produits: int | None = None
    carte_credit: str | None = None
    salaire: float | None = None
    score_credit: float | None = None
    churn: str | None = None
