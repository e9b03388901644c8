"""`churn seed`: replace the two tables by what two CSV files hold."""

from pathlib import Path
from typing import Annotated

import orjson
import typer

from consumer.database import open_database
from consumer.settings import PostgresqlSettings, load_settings
from tools.errors import BadInput
from tools.options import Config, CustomersCsv, IndicatorsCsv
from tools.tables_csv import CustomerRow, IndicatorsRow, read_customers, read_indicators
from tools.tables_sql import Seeded, seed_tables
from tools.terminal import progress

STATEMENT_TIMEOUT_MS = 600_000
"""Deleting and copying millions of rows takes longer than a worker's lookup may."""


def seed(
    customers: CustomersCsv,
    indicators: IndicatorsCsv,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON object.")] = False,
) -> None:
    """Replace the tables customer and indicators, both or neither.

    The files are read and checked whole before the database is touched. Workers go on reading the
    old rows until the new ones are complete.

    Example: churn seed -c customer.csv -i indicators.csv
    """
    settings = load_settings(config)
    rows = check_files(customers, indicators)
    with open_database(_patient(settings.postgresql), settings.cloudsql) as database:
        seeded = seed_tables(
            database.engine,
            progress(rows[0], "customers"),
            progress(rows[1], "indicators"),
        )
    typer.echo(_report(seeded, as_json=as_json))


def check_files(customers: Path, indicators: Path) -> tuple[list[CustomerRow], list[IndicatorsRow]]:
    """Read both files whole.

    Raises:
        BadInput: a file is wrong by itself, or indicators name a customer that is not there.
    """
    customer_rows = list(progress(read_customers(customers), f"reading {customers.name}"))
    indicator_rows = list(progress(read_indicators(indicators), f"reading {indicators.name}"))
    known = {row.id_client for row in customer_rows}
    strangers = [at for at, row in enumerate(indicator_rows, 1) if row.id_client not in known]
    if strangers:
        more = f" (and so do {len(strangers) - 1} more)" if len(strangers) > 1 else ""
        raise BadInput(
            f"{indicators}: row {strangers[0]} after the header: column ID_CLIENT: names a "
            f"customer that {customers} does not have{more}; add the customer or remove the row"
        )
    return customer_rows, indicator_rows


def _patient(postgresql: PostgresqlSettings) -> PostgresqlSettings:
    return postgresql.model_copy(update={"statement_timeout_ms": STATEMENT_TIMEOUT_MS})


def _report(seeded: Seeded, *, as_json: bool) -> str:
    if as_json:
        return orjson.dumps(seeded).decode()
    return f"{seeded.customers} customers and {seeded.indicators} indicators are in the database"
