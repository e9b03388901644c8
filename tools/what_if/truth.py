"""Which customers have left: as their own events say, else as the database knows."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import orjson
import sqlalchemy
from numpy.typing import NDArray

from consumer.database import by_itself, translated
from tools.what_if.newest import Ints, Newest

ReadTruth = Callable[[Ints], Mapping[int, bool]]
"""Tells of customers whether they have left; those where nobody knows are left out."""

Flags = NDArray[np.bool_]

_AT_ONCE: Final = 10_000
"""Customers in one query."""

# Each column comes as one JSON list, as in consumer.profiles, where it says why.
_QUERY = sqlalchemy.text("""
    SELECT coalesce(json_agg(id_client::bigint), '[]')::text,
           coalesce(json_agg(churn::text), '[]')::text
      FROM indicators
     WHERE id_client = ANY(CAST(:ids AS bigint[])) AND churn::text IN ('Yes', 'No')
""")


def read_truth(engine: sqlalchemy.Engine, ids: Ints) -> Mapping[int, bool]:
    """Tell of each of the customers whether it has left; those where nobody knows are left out.

    Raises:
        DatabaseDown: the server is away, or too slow.
        WorkerBroken: the login, a permission or a table is missing.
    """
    left: dict[int, bool] = {}
    for start in range(0, len(ids), _AT_ONCE):
        asked = {"ids": ids[start : start + _AT_ONCE].tolist()}
        with translated(), by_itself(engine) as connection:
            customers, churned = connection.execute(_QUERY, asked).one()
        left.update(
            (customer, churn == "Yes")
            for customer, churn in zip(orjson.loads(customers), orjson.loads(churned), strict=True)
        )
    return left


def nobody_knows(ids: Ints) -> Mapping[int, bool]:
    """Know of no customer whether it has left: where there is no database."""
    del ids
    return {}


def truth_of(scores: Newest, truths: Newest, read_truth: ReadTruth) -> tuple[Flags, Flags]:
    """Tell of each customer whether it is known that it left or stayed, and whether it left.

    Args:
        scores: of every customer, a row each.
        truths: ``left``, of those of them whose events say it.
        read_truth: is asked about the others.

    Returns:
        Two flags a customer, each of shape ``(len(scores),)``.
    """
    known = np.zeros(len(scores), dtype=np.bool_)
    left = np.zeros(len(scores), dtype=np.bool_)
    said = np.searchsorted(scores.ids, truths.ids)
    known[said], left[said] = True, truths.values["left"]
    others = np.flatnonzero(~known)
    if not others.size:
        return known, left
    found = read_truth(scores.ids[others])
    for row, customer in zip(others.tolist(), scores.ids[others].tolist(), strict=True):
        if customer in found:
            known[row], left[row] = True, found[customer]
    return known, left
