"""The tables in PostgreSQL: how they are made, and how their rows are replaced."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy
from pydantic import BaseModel

from consumer.database import translated
from consumer.history import migrate
from tools.tables_csv import CustomerRow, IndicatorsRow

# No foreign key from indicators to customer: the bank's systems load the two apart, in any order,
# and the worker reads from customer outwards. `churn seed` checks the files against each other.
CREATE_CUSTOMER = """
CREATE TABLE IF NOT EXISTS customer (
    id_client    bigint PRIMARY KEY,
    date_entree  date,
    nom          text,
    pays         text,
    sexe         text,
    age          integer,
    membre_actif text
)"""

CREATE_INDICATORS = """
CREATE TABLE IF NOT EXISTS indicators (
    id_client    bigint PRIMARY KEY,
    balance      double precision,
    nb_produits  integer,
    carte_credit text,
    salaire      double precision,
    score_credit double precision,
    churn        text
)"""

CHUNK_ROWS = 1_000

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class Seeded:
    """How many rows were written."""

    customers: int
    indicators: int


def create_tables(engine: sqlalchemy.Engine) -> None:
    """Make the tables that are missing, those of the score history too.

    Raises:
        ChurnError: the database is away or refuses.
    """
    with translated(), engine.begin() as connection:
        _create(connection)
    migrate(engine)


def seed_tables(
    engine: sqlalchemy.Engine,
    customers: Iterable[CustomerRow],
    indicators: Iterable[IndicatorsRow],
) -> Seeded:
    """Replace the rows of both tables in one transaction; make the tables where they are missing.

    A reader sees the old rows until the new ones are complete: rows are deleted, not truncated,
    because TRUNCATE would make readers wait ("TRUNCATE", PostgreSQL manual). After an error the
    old rows are still there. The score history is made where it is missing, and left as it is.

    Raises:
        ChurnError: the database is away or refuses.
    """
    migrate(engine)
    with translated(), engine.begin() as connection:
        _create(connection)
        connection.exec_driver_sql("LOCK TABLE customer, indicators IN EXCLUSIVE MODE")
        connection.exec_driver_sql("DELETE FROM customer")
        connection.exec_driver_sql("DELETE FROM indicators")
        return Seeded(
            customers=_copy(connection, "customer", tuple(CustomerRow.model_fields), customers),
            indicators=_copy(
                connection, "indicators", tuple(IndicatorsRow.model_fields), indicators
            ),
        )


def _create(connection: sqlalchemy.Connection) -> None:
    connection.exec_driver_sql(CREATE_CUSTOMER)
    connection.exec_driver_sql(CREATE_INDICATORS)


def _copy(
    connection: sqlalchemy.Connection,
    table: str,
    columns: tuple[str, ...],
    rows: Iterable[BaseModel],
) -> int:
    """Send rows by COPY; give back how many there were."""
    cursor: Any = connection.connection.cursor()  # pg8000's: the `stream` is its own extension
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    cursor.execute(statement, stream=_chunks(rows, columns))
    return int(cursor.rowcount)


def _chunks(rows: Iterable[BaseModel], columns: tuple[str, ...]) -> Iterator[str]:
    """Join lines, because pg8000 flushes its socket after each item of a stream."""
    lines: list[str] = []
    for row in rows:
        lines.append("\t".join(_field(getattr(row, column)) for column in columns) + "\n")
        if len(lines) == CHUNK_ROWS:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)


def _field(value: object) -> str:
    """Write one value in COPY's text format ("COPY", PostgreSQL manual)."""
    return r"\N" if value is None else str(value).translate(_ESCAPES)
