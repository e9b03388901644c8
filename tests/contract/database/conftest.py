"""A database reached in each of the three ways that the worker has."""

from collections.abc import Iterator

import pytest

from consumer.database import Database, open_database
from consumer.database.stale import Stale
from consumer.settings import CloudsqlSettings, PostgresqlSettings
from tests.cloud_sql.instance import CloudSqlInstance
from tools.stack.postgres import Postgres


@pytest.fixture(scope="session")
def session_instance(postgres: Postgres) -> Iterator[CloudSqlInstance]:
    """Give a Cloud SQL instance in front of the session's PostgreSQL; nobody may change it."""
    with CloudSqlInstance(postgres.socket_file) as instance:
        yield instance


@pytest.fixture(params=["unix socket", "host and port", "Cloud SQL connector"])
def reached(
    request: pytest.FixtureRequest,
    fresh_database: PostgresqlSettings,
    session_instance: CloudSqlInstance,
) -> Iterator[Database]:
    """Give a database of this test's own, with both tables, empty, reached in one of the ways.

    No connection is trusted, however short ago it was used.
    """
    elsewhere = fresh_database.model_copy(update={"unix_socket": None})
    by_address = elsewhere.model_copy(update={"hostname": "127.0.0.1"})
    postgresql, cloudsql = {
        "unix socket": (fresh_database, CloudsqlSettings()),
        "host and port": (by_address, CloudsqlSettings()),
        "Cloud SQL connector": (elsewhere, session_instance.settings),
    }[request.param]
    with open_database(postgresql, cloudsql, stale=Stale(trust_seconds=0)) as database:
        yield database
