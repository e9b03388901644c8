"""A frame, taken apart once: pandas takes longer to choose columns than numpy for all the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Block = NDArray[Any]
"""Rows by columns, shape ``(n, k)``: float64, or objects."""


@dataclass(frozen=True, slots=True)
class Table:
    """Some columns of a frame."""

    whole: pd.DataFrame
    columns: Mapping[str, NDArray[Any]]
    """All of the frame, each of shape ``(n,)``."""
    names: Sequence[str]
    """Those that belong to the table."""

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Self:
        """Take a whole frame apart."""
        columns = {str(name): column.to_numpy() for name, column in frame.items()}
        return cls(frame, columns, tuple(columns))

    def only(self, names: Sequence[str]) -> "Table":
        """Choose columns, in the order of the names."""
        return Table(self.whole, self.columns, names)

    @property
    def frame(self) -> pd.DataFrame:
        """What a step that keeps its own method is given; it may write into it."""
        if tuple(self.names) == tuple(self.columns):
            return self.whole.copy(deep=False)
        return self.whole[list(self.names)]

    def block(self) -> Block:
        """Lay the columns side by side, each contiguous; objects where one has objects."""
        chosen = [self.columns[name] for name in self.names]
        return np.array(chosen, dtype=np.result_type(*chosen)).T


Input = Table | Block
"""What a step is given."""


def block_of(given: Any) -> Block:
    """Make a dense block of what any step gives: a table, array, frame or sparse matrix."""
    if isinstance(given, Table):
        return given.block()
    return np.asarray(given.toarray() if hasattr(given, "toarray") else given)
