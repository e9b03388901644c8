"""What ``churn migrate`` and ``python -m consumer migrate`` have in common."""

from dataclasses import dataclass

from consumer.database import open_database
from consumer.history.schema import migrate, schema_of
from consumer.settings import Settings

STATEMENT_TIMEOUT_MS = 600_000
"""Building an index on a large table takes longer than a worker's statement may."""


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """Where the history's tables stand."""

    version: int
    applied: tuple[str, ...]
    """What was applied just now."""
    pending: tuple[str, ...]
    """What is still missing."""

    @property
    def is_current(self) -> bool:
        """Whether this version of the program can work on them."""
        return not self.pending

    def __str__(self) -> str:
        lines = [f"applied {each}" for each in self.applied]
        lines += [f"missing {each}" for each in self.pending]
        standing = "up to date" if self.is_current else "not up to date: run `churn migrate`"
        return "\n".join([*lines, f"the score history is at version {self.version}, {standing}"])


def bring_up_to_date(settings: Settings, *, only_check: bool) -> MigrationReport:
    """Apply the migrations that are missing, or only say which they are.

    Raises:
        DependencyDown: the database is away, or a table was locked too long.
        WorkerBroken: a permission is missing, or an applied migration was changed.
    """
    patient = settings.postgresql.model_copy(update={"statement_timeout_ms": STATEMENT_TIMEOUT_MS})
    with open_database(patient, settings.cloudsql) as database:
        applied = [] if only_check else migrate(database.engine)
        schema = schema_of(database.engine)
    return MigrationReport(
        version=schema.version,
        applied=tuple(map(str, applied)),
        pending=tuple(map(str, schema.pending)),
    )
