"""PostgreSQL for tests: one server a session, emptied for each test."""

from collections.abc import Iterator

import pytest

from consumer.database import Database, open_database
from consumer.settings import CloudsqlSettings, PostgresqlSettings
from tools.stack.postgres import Postgres
from tools.tables_sql import create_tables

EMPTY = """
    SELECT pg_terminate_backend(pid, 5000)
      FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND backend_type = 'client backend';
    DROP SCHEMA public CASCADE;
    CREATE SCHEMA public;
    GRANT USAGE ON SCHEMA public TO PUBLIC;
"""
"""Ends what earlier tests left open, and drops what they made, except roles."""

END_OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
"""Ends all other sessions of the database, and waits until they are gone."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Give the session's server. A test that stops it starts it again before it ends."""
    with Postgres(tcp=True) as server:
        yield server


@pytest.fixture
def fresh_database(postgres: Postgres) -> PostgresqlSettings:
    """Give the settings of a database with both tables, empty, and nobody else in it.

    CREATE DATABASE takes a quarter of a second, so all tests use the server's own database.
    """
    settings = socket_settings(postgres, postgres.database)
    with open_database(settings, CloudsqlSettings()) as opened:
        with opened.engine.begin() as connection:
            connection.exec_driver_sql(EMPTY)
        create_tables(opened.engine)
    return settings


@pytest.fixture
def database(fresh_database: PostgresqlSettings) -> Iterator[Database]:
    """Give that database, open by its unix socket."""
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
