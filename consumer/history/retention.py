"""Rows that are older than they are kept for are deleted, a few at a time.

The workers do it themselves: then ``history.keep_days`` holds by being set, without another job to
schedule. Several workers may do it at once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Self

import sqlalchemy
import structlog

from consumer.database import translated
from consumer.errors import ChurnError
from consumer.history.statements import PRUNE
from consumer.periodic import Periodic
from schemas.moments import rfc3339

EVERY_SECONDS = 3_600.0
PAUSE_SECONDS = 0.1
"""Between two deletions, so that they take little of the server and of the pool's connections."""
ROWS_AT_ONCE = 1_000

log = structlog.get_logger(__name__)


def prune(engine: sqlalchemy.Engine, before: datetime, most: int = ROWS_AT_ONCE) -> int:
    """Delete the oldest rows that were scored before a moment; give back how many.

    Args:
        engine: of a database whose tables are up to date.
        before: what was scored from then on is kept.
        most: how many rows at the most.

    Raises:
        DependencyDown: the database is away.
        WorkerBroken: the permission to delete is missing.
    """
    with translated(), engine.begin() as connection:
        deleted = connection.execute(PRUNE, {"before": rfc3339(before), "most": most})
        return int(deleted.scalar_one())


class Retention:
    """Deletes what is too old, at the start and then every hour, in a thread of its own."""

    def __init__(
        self,
        engine: sqlalchemy.Engine,
        *,
        keep: timedelta,
        now: Callable[[], datetime],
        seconds: float = EVERY_SECONDS,
    ) -> None:
        self._engine = engine
        self._keep = keep
        self._now = now
        self._periodic = Periodic(self._tidy, name="retention", seconds=seconds, at_once=True)

    def __enter__(self) -> Self:
        self._periodic.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._periodic.__exit__()

    def sweep(self) -> int:
        """Delete all that is too old now, unless it is ended before; give back how many rows."""
        before, total = self._now() - self._keep, 0
        while (deleted := prune(self._engine, before)) > 0:
            total += deleted
            if deleted < ROWS_AT_ONCE or self._periodic.ends_within(PAUSE_SECONDS):
                break
        return total

    def _tidy(self) -> None:
        try:
            if deleted := self.sweep():
                log.info("history_pruned", rows=deleted)
        except ChurnError as error:  # the next round does what this one did not
            log.warning("history_not_pruned", reason=str(error))
