"""Bringing the history's tables up to date, and asking how far they are.

Each migration is a transaction of its own under an advisory lock, so that of several who migrate
at once one works and the others find it done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy

from consumer.database import translated
from consumer.errors import ResourceMissing, WorkerBroken
from consumer.history.migration_files import Migration, released

MEND = "run `churn migrate` (in the image: python -m consumer migrate)"

_LOCK_KEY = 0x636875726E  # "churn"
_TURN = "SET LOCAL statement_timeout = '10min'"
"""How long one who migrates waits for another, and how long a migration may take."""
_PATIENCE = "SET LOCAL lock_timeout = '5s'"
"""How long a change waits for a table: as long as it waits, every query behind it waits too."""

_CREATE_VERSIONS = """
CREATE TABLE IF NOT EXISTS churn_migrations (
    number     integer PRIMARY KEY,
    name       text NOT NULL,
    sha256     text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)"""
_IS_THERE = "SELECT to_regclass('churn_migrations') IS NOT NULL"
_APPLIED = "SELECT number, sha256 FROM churn_migrations"
_NOTE = sqlalchemy.text(
    "INSERT INTO churn_migrations (number, name, sha256) VALUES (:number, :name, :sha256)"
)


@dataclass(frozen=True, slots=True)
class Schema:
    """How far a database is, seen from this version of the program."""

    version: int
    """The highest migration that is applied; 0 where there is none."""
    needed: int
    pending: tuple[Migration, ...]

    @property
    def is_current(self) -> bool:
        """Whether this version can work on it; a database that is further is all right."""
        return not self.pending


def schema_of(engine: sqlalchemy.Engine, migrations: Sequence[Migration] | None = None) -> Schema:
    """Ask how far a database is; nothing is changed.

    Raises:
        DependencyDown: the database is away.
        WorkerBroken: it may not be read, or holds an applied migration that differs from ours.
    """
    ours = released() if migrations is None else migrations
    with translated(), engine.connect() as connection:
        is_there = connection.exec_driver_sql(_IS_THERE).scalar_one()
        applied = _applied(connection) if is_there else {}
    return _compare(ours, applied)


def require_schema(engine: sqlalchemy.Engine) -> None:
    """Refuse tables that are older than this version needs.

    Raises:
        DependencyDown: the database is away.
        WorkerBroken: they are missing or older; the text says what to run.
    """
    schema = schema_of(engine)
    if not schema.is_current:
        raise ResourceMissing(
            f"the score history's tables are at version {schema.version} and this program needs "
            f"{schema.needed}: {MEND}, or set history.enabled to false"
        )


def migrate(
    engine: sqlalchemy.Engine, migrations: Sequence[Migration] | None = None
) -> list[Migration]:
    """Apply what is missing, in order; give back what was applied. Running it again is harmless.

    Raises:
        DependencyDown: the database is away, or a table was locked too long; nothing of that
            migration is left behind.
        WorkerBroken: a permission is missing, or an applied migration differs from ours.
    """
    ours = released() if migrations is None else migrations
    done: list[Migration] = []
    while (applied := _apply_next(engine, ours)) is not None:
        done.append(applied)
    return done


def _apply_next(engine: sqlalchemy.Engine, ours: Sequence[Migration]) -> Migration | None:
    with translated(), engine.begin() as connection:
        connection.exec_driver_sql(_TURN)
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK_KEY})")
        connection.exec_driver_sql(_PATIENCE)
        connection.exec_driver_sql(_CREATE_VERSIONS)
        pending = _compare(ours, _applied(connection)).pending
        if not pending:
            return None
        connection.exec_driver_sql(pending[0].text)
        note = {"number": pending[0].number, "name": pending[0].name, "sha256": pending[0].sha256}
        connection.execute(_NOTE, note)
    return pending[0]


def _applied(connection: sqlalchemy.Connection) -> dict[int, str]:
    return {row.number: row.sha256 for row in connection.exec_driver_sql(_APPLIED)}


def _compare(ours: Sequence[Migration], applied: Mapping[int, str]) -> Schema:
    for each in ours:
        if applied.get(each.number, each.sha256) != each.sha256:
            raise WorkerBroken(
                f"migration {each} is not the one that was applied to this database: a released "
                "migration must not change; use the program that the database was migrated with, "
                "or a newer one"
            )
    pending = tuple(each for each in ours if each.number not in applied)
    return Schema(max(applied, default=0), len(ours), pending)
