"""The Cloud SQL connector against an instance of our own, and what goes wrong with one."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from http import HTTPStatus

import google.auth.credentials
import pytest

from consumer.database import Database, open_database
from consumer.errors import AccessDenied, BadSettings, ChurnError, DatabaseDown, ResourceMissing
from consumer.profiles import SqlProfiles
from consumer.settings import CloudsqlSettings, PostgresqlSettings
from schemas.tables import Profile
from tests.cloud_sql.authority import Authority
from tests.cloud_sql.instance import CloudSqlInstance, free_address
from tests.cloud_sql.tls_server import PORT
from tests.ports import deaf_port
from tools.stack.postgres import Postgres


@pytest.fixture
def instance(postgres: Postgres) -> Iterator[CloudSqlInstance]:
    """Give an instance of this test's own, which it may change."""
    with CloudSqlInstance(postgres.socket_file) as made:
        yield made


@pytest.fixture
def login(fresh_database: PostgresqlSettings, database: Database) -> PostgresqlSettings:
    """Give the login of a database with customer 1."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO customer (id_client) VALUES (1)")
    return fresh_database.model_copy(update={"unix_socket": None})


def refusal(
    login: PostgresqlSettings, cloudsql: CloudsqlSettings, expected: type[ChurnError]
) -> str:
    """Look up a customer, expect to be refused, and give the message."""
    with open_database(login, cloudsql) as database, pytest.raises(expected) as refused:
        SqlProfiles(database.engine).lookup([1])
    assert type(refused.value) is expected
    assert "\n" not in str(refused.value)
    return str(refused.value)


def changed(cloudsql: CloudsqlSettings, **values: object) -> CloudsqlSettings:
    return cloudsql.model_copy(update=values)


def test_many_lookups_ask_the_admin_api_once(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    with open_database(login, instance.settings) as database:
        for _ in range(3):
            assert SqlProfiles(database.engine).lookup([1]) == {1: Profile(id_client=1)}

    assert sorted(instance.answers.asked) == [
        "/sql/v1beta4/projects/churn-local/instances/bank/connectSettings",
        "/sql/v1beta4/projects/churn-local/instances/bank:generateEphemeralCert",
    ]


def test_nothing_is_asked_before_the_first_lookup(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    with open_database(login, instance.settings):
        assert instance.answers.asked == []


def test_a_server_that_another_authority_signed_is_refused(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    instance.answers.server_ca = Authority("somebody else").pem

    told = refusal(login, instance.settings, DatabaseDown)

    assert "certificate verify failed" in told


def test_a_client_that_another_authority_signed_is_refused(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    instance.answers.authority = Authority("somebody else")

    told = refusal(login, instance.settings, DatabaseDown)

    assert "cloudsql.instance" in told


def test_after_a_change_of_authority_the_next_lookup_works(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    right = instance.answers.server_ca
    instance.answers.server_ca = Authority("the one before").pem
    with open_database(login, instance.settings) as database:
        with pytest.raises(DatabaseDown):
            SqlProfiles(database.engine).lookup([1])
        instance.answers.server_ca = right

        assert set(SqlProfiles(database.engine).lookup([1])) == {1}


def test_a_wrong_region_is_a_wrong_setting(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    elsewhere = changed(instance.settings, instance="churn-local:us-central1:bank")

    told = refusal(login, elsewhere, BadSettings)

    assert "us-central1" in told
    assert "cloudsql.instance" in told


def test_an_instance_that_does_not_exist_is_missing(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    nowhere = changed(instance.settings, instance="churn-local:europe-west1:nowhere")

    assert "cloudsql.instance" in refusal(login, nowhere, ResourceMissing)


def test_an_address_type_that_the_instance_lacks_is_a_wrong_setting(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    private = changed(instance.settings, ip_type="PSC")

    assert "cloudsql.ip_type" in refusal(login, private, BadSettings)


def test_an_instance_with_another_kind_of_database_is_a_wrong_setting(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    instance.answers.database_version = "MYSQL_8_0"

    assert "MYSQL_8_0" in refusal(login, instance.settings, BadSettings)


@pytest.mark.parametrize(
    ("status", "expected", "told"),
    [
        (HTTPStatus.FORBIDDEN, AccessDenied, "Cloud SQL Client"),
        (HTTPStatus.UNAUTHORIZED, AccessDenied, "Cloud SQL Client"),
        (HTTPStatus.TOO_MANY_REQUESTS, DatabaseDown, "429"),
    ],
)
def test_a_refusal_by_the_admin_api_says_what_is_missing(
    instance: CloudSqlInstance,
    login: PostgresqlSettings,
    status: HTTPStatus,
    expected: type[ChurnError],
    told: str,
) -> None:
    instance.answers.refuse_with = status

    assert told in refusal(login, instance.settings, expected)


def test_an_admin_api_that_cannot_be_reached_is_an_outage(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    with deaf_port() as port:
        nowhere = changed(instance.settings, api_endpoint=f"http://127.0.0.1:{port}")
        told = refusal(login, nowhere, DatabaseDown)

    assert "cannot be reached" in told


def test_a_login_by_the_workloads_own_identity_sends_its_token(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    with open_database(login, changed(instance.settings, iam_auth=True)) as database:
        assert set(SqlProfiles(database.engine).lookup([1])) == {1}


def test_credentials_that_are_given_are_used(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    class Own(google.auth.credentials.Credentials):
        refreshed = False

        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]  # Google leaves it untyped

        def refresh(self, request: object) -> None:
            del request
            self.token = "own"
            self.refreshed = True

    own = Own()
    with open_database(login, instance.settings, credentials=own) as database:
        SqlProfiles(database.engine).lookup([1])

    assert own.refreshed


def test_a_process_without_credentials_is_told_so(login: PostgresqlSettings) -> None:
    ran = run_elsewhere(login, {"CHURN_CLOUDSQL__INSTANCE": "p:r:i", "NO_GCE_CHECK": "true"})

    assert ran.returncode == 1
    assert "AccessDenied: no credentials for Cloud SQL" in ran.stderr


def test_a_process_of_its_own_needs_no_credentials_for_a_test_instance(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    ran = run_elsewhere(login, instance.environment())

    assert ran.stderr == ""
    assert ran.stdout == "[1]\n"


@pytest.mark.long
def test_an_instance_that_accepts_and_then_says_nothing_holds_up_neither_a_lookup_nor_the_end(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    """The connector itself would wait for the handshake without any limit."""
    instance.answers.ip_address = free_address()
    with socket.create_server((instance.answers.ip_address, PORT)):
        ran = run_elsewhere(login, instance.environment())

    assert ran.returncode == 1
    assert "DatabaseDown: Cloud SQL cannot be reached (it took too long)" in ran.stderr


@pytest.mark.long
def test_an_instance_that_falls_silent_is_an_outage(
    instance: CloudSqlInstance, login: PostgresqlSettings
) -> None:
    hurried = login.model_copy(update={"statement_timeout_ms": 1_000})
    with open_database(hurried, instance.settings) as database:
        profiles = SqlProfiles(database.engine)
        profiles.lookup([1])

        instance.freeze()

        with pytest.raises(DatabaseDown, match="timed out"):
            profiles.lookup([1])


LOOKUP = """
from consumer.database import open_database
from consumer.profiles import SqlProfiles
from consumer.settings import load_settings

settings = load_settings()
with open_database(settings.postgresql, settings.cloudsql) as database:
    print(sorted(SqlProfiles(database.engine).lookup([1, 2])))
"""


def run_elsewhere(
    login: PostgresqlSettings, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Look up customers 1 and 2 in a process that has no credentials at all."""
    given = {
        "PATH": os.environ["PATH"],
        "CHURN_POSTGRESQL__USERNAME": str(login.username),
        "CHURN_POSTGRESQL__DATABASE": str(login.database),
    }
    return subprocess.run(
        [sys.executable, "-c", LOOKUP],
        env={**given, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
