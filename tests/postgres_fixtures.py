"""PostgreSQL for tests: one server a session, one fresh database a test."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from consumer.database import Database, open_database
from consumer.settings import CloudsqlSettings, PostgresqlSettings
from tools.stack.postgres import Postgres
from tools.tables_sql import create_tables


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Give the session's server. A test that stops it starts it again before it ends."""
    with Postgres(tcp=True) as server:
        yield server


@pytest.fixture
def fresh_database(postgres: Postgres) -> Iterator[PostgresqlSettings]:
    """Give the settings of a database of this test's own, with both tables, empty."""
    name = f"test_{uuid4().hex}"
    admin = socket_settings(postgres, postgres.database)
    _run(admin, f"CREATE DATABASE {name}")
    settings = socket_settings(postgres, name)
    with open_database(settings, CloudsqlSettings()) as database:
        create_tables(database.engine)
    yield settings
    _run(admin, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(fresh_database: PostgresqlSettings) -> Iterator[Database]:
    """Give an open database of this test's own, with both tables, empty."""
    with open_database(fresh_database, CloudsqlSettings()) as opened:
        yield opened


def socket_settings(postgres: Postgres, database: str) -> PostgresqlSettings:
    """Give the settings to reach a database of the server by its unix socket."""
    return PostgresqlSettings(
        username=postgres.username,
        database=database,
        unix_socket=str(postgres.unix_socket),
        port=postgres.port,
    )


def _run(settings: PostgresqlSettings, statement: str) -> None:
    """Run a statement that must stand outside a transaction."""
    with (
        open_database(settings, CloudsqlSettings()) as database,
        database.engine.connect() as connection,
    ):
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql(statement)
