"""Customers' profiles from PostgreSQL: one query for a batch of ids."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import orjson
import sqlalchemy

from consumer.database import by_itself, translated
from consumer.errors import UnprocessableRow
from schemas.tables import Profile

# The columns of Profile, in its order; never the name. The casts make a bank's own table, with
# text or numeric columns, give the same types. Each column comes as one JSON list, which is read
# at once, where pg8000 reads rows value by value in Python and takes five times as long. Dates are
# text in any case: some of them, like infinity, Python cannot hold.
QUERY = sqlalchemy.text("""
    SELECT json_agg(customer.id_client::bigint)::text,
           json_agg(customer.date_entree::date::text)::text,
           json_agg(customer.pays::text)::text,
           json_agg(customer.sexe::text)::text,
           json_agg(customer.age::integer)::text,
           json_agg(customer.membre_actif::text)::text,
           json_agg(indicators.balance::double precision)::text,
           json_agg(indicators.nb_produits::integer)::text,
           json_agg(indicators.carte_credit::text)::text,
           json_agg(indicators.salaire::double precision)::text,
           json_agg(indicators.score_credit::double precision)::text,
           json_agg(indicators.churn::text)::text
      FROM customer
      LEFT JOIN indicators USING (id_client)
     WHERE customer.id_client = ANY(CAST(:ids AS bigint[]))
""")


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
        with translated(), by_itself(self._engine) as connection:
            columns = connection.execute(QUERY, {"ids": unique}).one()
        return {each.id_client: each for each in _profiles(columns)}


def _profiles(columns: Sequence[str | None]) -> Iterable[Profile]:
    """Make rows of the columns, each of which is None where there is no row."""
    named = zip(Profile._fields, columns, strict=True)
    values = [_values(name, text) for name, text in named if text is not None]
    return map(Profile._make, zip(*values, strict=True))


def _values(name: str, text: str) -> list[Any]:
    values: list[Any] = orjson.loads(text)
    read = _READINGS.get(name)
    return values if read is None else read(values, name)


def _amounts(values: list[Any], name: str) -> list[float | None]:
    """Read numbers; JSON has whole ones without a point, and those that are not finite as text.

    Infinity is refused: no event may carry it and no model has learned from it.
    """
    amounts = [None if value is None else float(value) for value in values]
    if not _INFINITE.isdisjoint(amounts):
        raise UnprocessableRow(f"the customer's {name} is infinite: correct the row")
    return amounts


def _dates(values: list[Any], name: str) -> list[date | None]:
    try:
        return [None if value is None else date.fromisoformat(value) for value in values]
    except ValueError:
        raise UnprocessableRow(
            f"the customer's {name} is no date of the years 1 to 9999: correct the row"
        ) from None


_Reading = Callable[[list[Any], str], list[Any]]
"""Makes the values of a column, of that name, out of what JSON has for them."""

_INFINITE: Final = frozenset({math.inf, -math.inf})
_READINGS: Final[Mapping[str, _Reading]] = {
    "date_entree": _dates,
    "balance": _amounts,
    "salaire": _amounts,
    "score_credit": _amounts,
}
