"""Can the worker look customers up, and quickly?"""

from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from typing import Any

import sqlalchemy

from consumer.database import Database, translated
from consumer.database.engine import APPLICATION_NAME
from consumer.doctor.checks import Check, Finding, fail, warn
from consumer.doctor.connections import CONNECTIONS, Connections, judge
from consumer.profiles import SqlProfiles
from consumer.settings import PostgresqlSettings

SAMPLE_ROWS = 200
COUNT_LIMIT = 1_000_000
"""Counting all rows of a large table would outlast the statement timeout."""

_COUNTS = sqlalchemy.text("""
    SELECT (SELECT count(*) FROM (SELECT FROM customer LIMIT :most) AS counted),
           (SELECT count(*) FROM (SELECT FROM indicators LIMIT :most) AS counted)
""")

_SAMPLE = sqlalchemy.text("SELECT id_client FROM customer LIMIT :most")

_IDENTITY = sqlalchemy.text("SELECT current_setting('server_version'), current_user")

_UNINDEXED = sqlalchemy.text("""
    SELECT wanted.name
      FROM (VALUES ('customer'), ('indicators')) AS wanted (name)
      JOIN pg_class ON pg_class.oid = to_regclass(wanted.name) AND pg_class.relkind IN ('r', 'p')
     WHERE NOT EXISTS (
               SELECT FROM pg_index
                 JOIN pg_attribute ON pg_attribute.attrelid = pg_index.indrelid
                                  AND pg_attribute.attnum = pg_index.indkey[0]
                WHERE pg_index.indrelid = pg_class.oid
                  AND pg_attribute.attname = 'id_client'
                  AND pg_index.indisvalid)
""")


class DatabaseChecks:
    """Checks over one database, which is opened when the first is asked."""

    def __init__(
        self,
        settings: PostgresqlSettings,
        open_database: Callable[[], Database],
        closing: ExitStack,
    ) -> None:
        self._settings = settings
        self._open = open_database
        self._closing = closing

    def all(self) -> list[Check]:
        """Give the checks in the order to ask them."""
        return [
            Check("database", self._reachable),
            Check("connections", self._connections, needs=("database",)),
            Check("tables", self._tables, needs=("database",)),
            Check("customers", self._customers, needs=("tables",)),
            Check("lookup index", self._index, needs=("tables",)),
        ]

    @property
    def engine(self) -> sqlalchemy.Engine:
        """The database's engine, for checks about further tables."""
        return self._database.engine

    @cached_property
    def _database(self) -> Database:
        return self._closing.enter_context(self._open())

    def _reachable(self) -> Finding:
        version, user = self._rows(_IDENTITY)[0]
        return Finding(f"PostgreSQL {version} answers {user}")

    def _connections(self) -> Finding:
        [row] = self._rows(CONNECTIONS, application=APPLICATION_NAME)
        return judge(self._settings, Connections(*row))

    def _tables(self) -> Finding:
        """Run the worker's own query: tables, columns and the permission to read them."""
        SqlProfiles(self._database.engine).lookup([])
        return Finding("customer and indicators have the columns that the worker reads")

    def _customers(self) -> Finding:
        customers, indicators = self._rows(_COUNTS, most=COUNT_LIMIT)[0]
        if customers == 0:
            return warn(
                "no customer: every event that lacks a feature would end as a dead letter",
                "load the tables: churn seed -c CUSTOMER.csv -i INDICATORS.csv",
            )
        ids = {row[0] for row in self._rows(_SAMPLE, most=SAMPLE_ROWS)}
        read = SqlProfiles(self._database.engine).lookup(list(ids))
        if len(read) < len(ids):
            return fail(
                f"{len(ids) - len(read)} of {len(ids)} sampled customers are not found again",
                "look for duplicate or empty id_client in the table customer",
            )
        return Finding(
            f"customers: {_counted(customers)}, indicators: {_counted(indicators)}, "
            f"read as the worker reads them: {len(read)}"
        )

    def _index(self) -> Finding:
        without = [row[0] for row in self._rows(_UNINDEXED)]
        if without:
            return warn(
                f"{' and '.join(without)} cannot be looked up by id_client without reading it all",
                "; ".join(f"CREATE UNIQUE INDEX ON {table} (id_client)" for table in without),
            )
        return Finding("id_client is indexed in both tables")

    def _rows(self, query: sqlalchemy.TextClause, **values: int | str) -> list[Any]:
        with translated(), self._database.engine.connect() as connection:
            return list(connection.execute(query, values))


def _counted(number: int) -> str:
    return f"{number:,}" if number < COUNT_LIMIT else f"at least {number:,}"
