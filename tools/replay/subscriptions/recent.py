"""A memory of bounded size for ids."""

from collections.abc import Iterable
from itertools import islice


class Recent:
    """The ids that were added last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._ids: dict[str, None] = {}

    def __contains__(self, each: str) -> bool:
        return each in self._ids

    def add(self, ids: Iterable[str]) -> None:
        """Remember these, and forget the oldest where there are more than fit."""
        self._ids.update(dict.fromkeys(ids))
        too_many = max(len(self._ids) - self._most, 0)
        for old in list(islice(self._ids, too_many)):
            del self._ids[old]
