"""Customers' profiles that are read once: history is full of the same customers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from consumer.ports import Profiles
from schemas.tables import Profile

MOST: Final = 100_000
"""Customers that are remembered: some 70 MB."""


class RememberedProfiles:
    """The Profiles port before another one, which is opened when it is first asked."""

    def __init__(self, open_profiles: Callable[[], Profiles], most: int = MOST) -> None:
        """Remember nobody yet.

        Args:
            open_profiles: gives what is asked about customers that are not remembered; messages
                that carry everything need no database.
            most: how many customers are remembered; those that were read first are forgotten.
        """
        self._open_profiles = open_profiles
        self._profiles: Profiles | None = None
        self._most = most
        self._remembered: dict[int, Profile | None] = {}

    def lookup(self, ids: Sequence[int]) -> Mapping[int, Profile]:
        """Find the customers that exist, in one query about those that are not remembered.

        Raises:
            DatabaseDown: the database is away.
            UnprocessableRow: one of the rows makes the query fail.
            WorkerBroken: no database is set, or tables or permissions are missing.
        """
        strangers = [each for each in dict.fromkeys(ids) if each not in self._remembered]
        if strangers:
            found = self._opened().lookup(strangers)
            self._forget(len(strangers), set(ids))
            self._remembered.update((each, found.get(each)) for each in strangers)
        known = ((each, self._remembered[each]) for each in ids)
        return {each: profile for each, profile in known if profile is not None}

    def _opened(self) -> Profiles:
        if self._profiles is None:
            self._profiles = self._open_profiles()
        return self._profiles

    def _forget(self, room: int, asked: set[int]) -> None:
        """Make room, but not by those that are asked about."""
        surplus = len(self._remembered) + room - self._most
        if surplus > 0:
            oldest = [each for each in self._remembered if each not in asked][:surplus]
            for each in oldest:
                del self._remembered[each]
