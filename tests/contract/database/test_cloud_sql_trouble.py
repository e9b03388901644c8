"""The Cloud SQL connector while certificates expire, tokens change and the instance moves."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import google.auth.credentials
import pytest

from consumer.database import Database, open_database
from consumer.database.stale import Stale
from consumer.errors import DatabaseDown
from consumer.profiles import SqlProfiles
from consumer.settings import CloudsqlSettings, PostgresqlSettings
from tests.cloud_sql.authority import Authority
from tests.cloud_sql.instance import CloudSqlInstance
from tests.postgres_fixtures import END_OTHERS
from tests.wait import wait_until
from tools.stack.postgres import Postgres

CUSTOMERS = range(1, 51)
MINUTE = timedelta(minutes=1)
"""Less than what the connector keeps in hand: such a certificate serves one connection."""

DOUBTING = Stale(trust_seconds=0)
"""Asks about every connection, however short ago it was used."""


@pytest.fixture
def instance(postgres: Postgres) -> Iterator[CloudSqlInstance]:
    """Give an instance of this test's own, which it may change."""
    with CloudSqlInstance(postgres.socket_file) as made:
        yield made


@pytest.fixture
def login(fresh_database: PostgresqlSettings, database: Database) -> PostgresqlSettings:
    """Give the login of a database with some customers, for several threads."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO customer SELECT generate_series(1, 50)")
    return fresh_database.model_copy(update={"unix_socket": None, "pool_size": 4})


@pytest.fixture
def cut(database: Database) -> Callable[[], None]:
    """Give what ends all other connections to the database."""

    def end() -> None:
        with database.engine.begin() as connection:
            connection.exec_driver_sql(END_OTHERS)

    return end


def looked_up(database: Database) -> int:
    """Look every customer up; give how many were found."""
    return len(SqlProfiles(database.engine).lookup(CUSTOMERS))


def certificates(instance: CloudSqlInstance) -> int:
    """How many certificates were asked for."""
    return len(instance.answers.tokens)


def test_a_certificate_serves_new_connections_until_it_is_about_to_expire(
    instance: CloudSqlInstance, login: PostgresqlSettings, cut: Callable[[], None]
) -> None:
    with open_database(login, instance.settings, stale=DOUBTING) as database:
        for _ in range(3):
            assert looked_up(database) == len(CUSTOMERS)
            cut()
        assert certificates(instance) == 1
    instance.answers.lifetime = MINUTE
    with open_database(login, instance.settings, stale=DOUBTING) as database:
        for _ in range(3):
            assert looked_up(database) == len(CUSTOMERS)
            cut()
        assert certificates(instance) == 1 + 3


def test_a_certificate_that_has_expired_is_an_outage_until_there_is_another(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    instance.answers.lifetime = -MINUTE
    with open_database(login, instance.settings) as database:
        with pytest.raises(DatabaseDown, match=r"cloudsql\.instance"):
            looked_up(database)
        instance.answers.lifetime = MINUTE
        assert looked_up(database) == len(CUSTOMERS)


def test_under_load_no_lookup_notices_that_certificates_expire(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    instance.answers.lifetime = MINUTE
    with open_database(login, instance.settings) as database, ThreadPoolExecutor(4) as threads:

        def load(_: int) -> int:
            with database.engine.connect() as connection:
                connection.invalidate()  # somebody's next lookup needs a new one
            return looked_up(database)

        found = list(threads.map(load, range(40)))
    assert found == [len(CUSTOMERS)] * 40
    assert certificates(instance) > 10


def test_a_failover_to_another_address_under_load_ends_by_itself(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    moved = threading.Event()
    with open_database(login, instance.settings) as database, ThreadPoolExecutor(4) as threads:

        def load(_: int) -> int:
            """Look up until it has worked after the failover; give how often it did not."""
            failed = 0
            while True:
                after = moved.is_set()
                try:
                    assert looked_up(database) == len(CUSTOMERS)
                except DatabaseDown:
                    failed += 1
                else:
                    if after:
                        return failed

        loads = [threads.submit(load, number) for number in range(4)]
        wait_until(lambda: certificates(instance) > 0, what="the first connection")
        instance.fail_over()
        moved.set()
        failures = sum(each.result(60) for each in loads)
    assert failures < 100


def test_after_a_failover_another_authority_is_still_refused(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    with open_database(login, instance.settings) as database:
        looked_up(database)
        instance.answers.server_ca = Authority("somebody else").pem
        instance.fail_over()
        for _ in range(3):
            with pytest.raises(DatabaseDown):
                looked_up(database)


class ShortLived(google.auth.credentials.Credentials):
    """Credentials whose tokens are numbered, and live for a minute."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Google leaves it untyped
        self.made = 0

    def refresh(self, request: object) -> None:
        del request
        self.made += 1
        self.token = f"token-{self.made}"
        self.expiry = (datetime.now(UTC) + MINUTE).replace(tzinfo=None)


def iam(instance: CloudSqlInstance) -> CloudsqlSettings:
    return instance.settings.model_copy(update={"iam_auth": True})


def test_a_login_by_identity_puts_a_fresh_token_into_each_certificate(
    instance: CloudSqlInstance, login: PostgresqlSettings, cut: Callable[[], None]
) -> None:
    with open_database(login, iam(instance), credentials=ShortLived(), stale=DOUBTING) as database:
        for _ in range(3):
            assert looked_up(database) == len(CUSTOMERS)
            cut()
    tokens = instance.answers.tokens
    assert len(tokens) == len(set(tokens)) == 3
    assert all(token and token.startswith("token-") for token in tokens)


def test_a_login_by_password_sends_no_token(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    with open_database(login, instance.settings) as database:
        looked_up(database)
    assert instance.answers.tokens == [None]
