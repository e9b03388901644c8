"""The newest event of each customer, in columns: what grows with customers, and not with events.

A Python object for each customer would take ten times the memory, and merging them ten times the
time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Newest:
    """One row for each customer, in the order of their ids."""

    ids: Ints
    times: Ints
    """Of the events, in microseconds since 1970."""
    places: Ints
    """Of the messages in the source; of two events of one time the one that comes later counts."""
    values: Mapping[str, NDArray[Any]]
    """What is kept of each event, by name; each of shape ``(n,)``."""

    def __len__(self) -> int:
        return len(self.ids)

    def taken(self, rows: NDArray[Any]) -> "Newest":
        """Give some of the rows, by their numbers, or by a flag for each."""
        values = {name: column[rows] for name, column in self.values.items()}
        return Newest(self.ids[rows], self.times[rows], self.places[rows], values)


def newest(parts: Sequence[Newest]) -> Newest:
    """Keep the newest row of each customer; in whatever order the parts come, it is the same.

    Args:
        parts: at least one; all with the same values. Rows may be in any order, and a customer may
            have several.
    """
    rows = _together(parts)
    order = np.lexsort((rows.places, rows.times, rows.ids))
    ids = rows.ids[order]
    is_last = np.ones(len(ids), dtype=np.bool_)
    is_last[:-1] = ids[1:] != ids[:-1]
    return rows.taken(order[is_last])


def _together(parts: Sequence[Newest]) -> Newest:
    return Newest(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([part.times for part in parts]),
        np.concatenate([part.places for part in parts]),
        {name: np.concatenate([part.values[name] for part in parts]) for name in parts[0].values},
    )
