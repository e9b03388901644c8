"""Customers' profiles from PostgreSQL: one query for a batch of ids."""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy

from consumer.database import translated
from consumer.errors import UnprocessableRow
from schemas.tables import Profile

# The columns of Profile, in its order; never the name. The casts make a bank's own table, with
# text or numeric columns, give the same types. Dates come as text because pg8000 spends half of
# its time on reading them, and gives some of them, like infinity, as text anyway.
QUERY = sqlalchemy.text("""
    SELECT customer.id_client::bigint,
           customer.date_entree::date::text,
           customer.pays::text,
           customer.sexe::text,
           customer.age::integer,
           customer.membre_actif::text,
           indicators.balance::double precision,
           indicators.nb_produits::integer,
           indicators.carte_credit::text,
           indicators.salaire::double precision,
           indicators.score_credit::double precision,
           indicators.churn::text
      FROM customer
      LEFT JOIN indicators USING (id_client)
     WHERE customer.id_client = ANY(CAST(:ids AS bigint[]))
""")

AMOUNTS = ("balance", "salaire", "score_credit")
"""The columns that can hold infinity, which no event may carry and no model has learned from."""
INFINITE = frozenset({math.inf, -math.inf})


class SqlProfiles:
    """The Profiles port on a database."""

    def __init__(self, engine: sqlalchemy.Engine) -> None:
        self._engine = engine

    def lookup(self, ids: Sequence[int]) -> Mapping[int, Profile]:
        """Find the customers among ``ids`` that exist, in one query.

        Args:
            ids: customer ids, repeated or not, in any order.

        Returns:
            One profile for each customer that exists. Without an indicators row its indicators
            are None.

        Raises:
            DatabaseDown: the server is away, or too slow.
            UnprocessableRow: an id does not fit a 64-bit column, or a row holds a value that is
                no date or number.
            AccessDenied: the login or the permission to read the tables is missing.
            ResourceMissing: the database or a table is missing.
        """
        unique = list(dict.fromkeys(ids))
        with translated(), self._engine.connect() as connection:
            rows = connection.execute(QUERY, {"ids": unique}).all()
        return {row[0]: _profile(row) for row in rows}


def _profile(row: Sequence[Any]) -> Profile:
    profile = Profile(row[0], _date(row[1]), *row[2:])
    for name in AMOUNTS:
        if getattr(profile, name) in INFINITE:
            raise UnprocessableRow(f"the customer's {name} is infinite: correct the row")
    return profile


def _date(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise UnprocessableRow(
            "the customer's date_entree is no date of the years 1 to 9999: correct the row"
        ) from None
