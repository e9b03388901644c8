"""`churn forget`: a customer erased from the database."""

import sys
from collections.abc import Sequence
from typing import Annotated

import orjson
import sqlalchemy
import typer

from consumer.database import open_database, translated
from tools.customers import CustomerIds
from tools.errors import BadInput
from tools.options import Config
from tools.terminal import settings_of

HISTORY_TABLES = ("score_history", "alert_state")
BANK_TABLES = ("indicators", "customer")
REMAINS = (
    "Not reached from here: messages that Pub/Sub keeps (dead letters, retained topics), the "
    "systems that received alerts, the CRM and backups; docs/erasure.md says what to do"
)


def forget(
    ids: CustomerIds,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    history_only: Annotated[
        bool, typer.Option("--history-only", help="Leave the tables customer and indicators.")
    ] = False,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON object.")] = False,
) -> None:
    """Erase customers: their scores and alerts in the history, and their rows as the bank has them.

    All or nothing. Erase a customer at the CRM first, or an update that is under way brings it
    back; running this again is harmless.

    Example: churn forget 15634602 --yes
    """
    settings = settings_of(config)
    _confirm(ids, yes=yes)
    with open_database(settings.postgresql, settings.cloudsql) as database:
        tables = HISTORY_TABLES if history_only else (*HISTORY_TABLES, *BANK_TABLES)
        erased = erase(database.engine, ids, tables)
    if as_json:
        typer.echo(orjson.dumps({"erased": erased, "remains": REMAINS}).decode())
        return
    for table, rows in erased.items():
        typer.echo(f"{table:<16} {rows} rows erased")
    typer.echo(REMAINS)


def erase(engine: sqlalchemy.Engine, ids: Sequence[int], tables: Sequence[str]) -> dict[str, int]:
    """Delete the customers' rows from those of the tables that exist, in one transaction.

    Returns:
        How many rows were deleted from each table that exists.

    Raises:
        ChurnError: the database is away, or refuses; nothing is erased then.
    """
    with translated(), engine.begin() as connection:
        there = [table for table in tables if _exists(connection, table)]
        return {table: _delete(connection, table, ids) for table in there}


def _confirm(ids: Sequence[int], *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise BadInput("erasing cannot be undone: say --yes where nobody can be asked")
    typer.confirm(f"Erase {len(ids)} customers for good?", abort=True, err=True)


def _exists(connection: sqlalchemy.Connection, table: str) -> bool:
    query = sqlalchemy.text("SELECT to_regclass(:name) IS NOT NULL")
    return bool(connection.execute(query, {"name": table}).scalar_one())


def _delete(connection: sqlalchemy.Connection, table: str, ids: Sequence[int]) -> int:
    """``table`` is one of this module's own names, never anything from outside."""
    statement = sqlalchemy.text(
        f"DELETE FROM {table} WHERE id_client = ANY(CAST(:ids AS bigint[]))"  # noqa: S608
    )
    return int(connection.execute(statement, {"ids": list(ids)}).rowcount)
