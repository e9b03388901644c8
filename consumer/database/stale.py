"""Pooled connections that the server has closed are replaced before anybody uses them.

SQLAlchemy's ``pool_pre_ping`` does this too, but lets pass what pg8000 does not wrap: a reset by
the peer, a broken TLS session, a timeout. It also asks each time, and an answer is a turn of
Python's lock more for each batch.
"""

import time
from collections.abc import Callable
from typing import Any, Final

import pg8000.dbapi
import sqlalchemy
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError

from consumer.database.statement import autocommitting

TRUST_SECONDS: Final = 1.0
"""How long a connection is believed to be open after it was used."""

_USED_AT: Final = "used_at"


class Stale:
    """Asks the server whether a connection is still there that nobody used for a while."""

    def __init__(
        self, *, trust_seconds: float = TRUST_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._trust_seconds = trust_seconds
        self._clock = clock

    def watch(self, engine: sqlalchemy.Engine) -> None:
        """Look at each connection that leaves the engine's pool."""
        event.listen(engine, "checkout", self._leaves)
        event.listen(engine, "checkin", self._returns)

    def _leaves(self, connection: Any, record: Any, proxy: object) -> None:
        """Replace it, and all older ones, where the server has closed it."""
        del proxy
        used_at = record.info.get(_USED_AT)
        if used_at is None or self._clock() - used_at < self._trust_seconds:
            return
        try:
            with autocommitting(connection):
                connection.cursor().execute("")
        except (pg8000.dbapi.Error, OSError) as error:
            raise InvalidatePoolError from error

    def _returns(self, connection: object, record: Any) -> None:
        if connection is not None:  # it may have been given up
            record.info[_USED_AT] = self._clock()
