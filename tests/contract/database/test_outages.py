"""What becomes of lookups when the database is away, slow, or not as it should be."""

import socket
from pathlib import Path

import pytest
import sqlalchemy

from consumer.database import Database, open_database
from consumer.database.errors import translate
from consumer.database.stale import TRUST_SECONDS, Stale
from consumer.errors import AccessDenied, BadSettings, DatabaseDown, ResourceMissing
from consumer.profiles import SqlProfiles
from consumer.settings import CloudsqlSettings, PostgresqlSettings
from schemas.tables import Profile
from tests.ports import deaf_port
from tests.postgres_fixtures import END_OTHERS, socket_settings
from tests.wait import wait_until
from tools.stack.postgres import Postgres

DIRECT = CloudsqlSettings()


@pytest.fixture
def profiles_database(reached: Database) -> Database:
    """Give a database with customer 1, reached in one of the three ways."""
    execute(reached, "INSERT INTO customer (id_client) VALUES (1)")
    return reached


def execute(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def changed(settings: PostgresqlSettings, **values: object) -> PostgresqlSettings:
    return settings.model_copy(update=values)


def test_a_server_that_is_stopped_is_an_outage_and_its_return_the_end_of_it(
    profiles_database: Database, postgres: Postgres
) -> None:
    profiles = SqlProfiles(profiles_database.engine)
    before = profiles.lookup([1])

    postgres.stop()
    try:
        for _ in range(3):
            with pytest.raises(DatabaseDown, match="postgresql"):
                profiles.lookup([1])
    finally:
        postgres.start()

    assert profiles.lookup([1]) == before == {1: Profile(id_client=1)}


def test_a_restart_of_the_server_between_two_lookups_goes_unnoticed(
    profiles_database: Database, postgres: Postgres
) -> None:
    profiles = SqlProfiles(profiles_database.engine)
    before = profiles.lookup([1])

    postgres.stop()
    postgres.start()

    assert profiles.lookup([1]) == before


def test_a_killed_connection_is_replaced_without_an_error(
    profiles_database: Database, database: Database
) -> None:
    profiles = SqlProfiles(profiles_database.engine)
    for _ in range(5):
        before = profiles.lookup([1])

        execute(database, END_OTHERS)

        assert profiles.lookup([1]) == before


def test_a_connection_that_was_used_just_now_is_trusted_and_one_outage_ends_that(
    fresh_database: PostgresqlSettings, database: Database
) -> None:
    now = 0.0
    with open_database(fresh_database, DIRECT, stale=Stale(clock=lambda: now)) as trusting:
        profiles = SqlProfiles(trusting.engine)
        profiles.lookup([1])

        execute(database, END_OTHERS)
        now += TRUST_SECONDS / 2
        with pytest.raises(DatabaseDown, match="postgresql"):
            profiles.lookup([1])
        assert profiles.lookup([1]) == {}

        execute(database, END_OTHERS)
        now += TRUST_SECONDS
        assert profiles.lookup([1]) == {}


def test_a_query_that_takes_too_long_is_an_outage(fresh_database: PostgresqlSettings) -> None:
    hurried = changed(fresh_database, statement_timeout_ms=20)
    with open_database(hurried, DIRECT) as database:
        with pytest.raises(sqlalchemy.exc.DBAPIError) as slow:
            execute(database, "SELECT pg_sleep(60)")

        assert type(translate(slow.value)) is DatabaseDown
        assert "postgresql.statement_timeout_ms" in str(translate(slow.value))
        execute(database, "SELECT 1")


def test_a_lookup_behind_a_lock_is_an_outage_until_the_lock_is_gone(
    fresh_database: PostgresqlSettings, database: Database
) -> None:
    hurried = changed(fresh_database, statement_timeout_ms=20)
    with open_database(hurried, DIRECT) as other:
        with database.engine.begin() as locking:
            locking.exec_driver_sql("LOCK TABLE indicators IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(DatabaseDown, match="57014"):
                SqlProfiles(other.engine).lookup([1])

        assert SqlProfiles(other.engine).lookup([1]) == {}


def test_an_error_in_the_middle_of_an_answer_never_gives_that_answer_to_the_next_query(
    fresh_database: PostgresqlSettings,
) -> None:
    def refuse(text: str) -> int:
        raise ValueError(text)

    with open_database(changed(fresh_database, pool_size=1), DIRECT) as database:
        with database.engine.connect() as connection:
            connection.connection.dbapi_connection.register_in_adapter(23, refuse)  # type: ignore[union-attr]  # pg8000's
            with pytest.raises(ValueError, match="1"):
                connection.exec_driver_sql("SELECT generate_series(1, 3)")

        with database.engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT 77").scalar_one() == 77


def test_a_missing_table_is_named_with_the_command_that_makes_it(database: Database) -> None:
    execute(database, "DROP TABLE indicators")

    with pytest.raises(ResourceMissing, match=r'"indicators".*churn seed'):
        SqlProfiles(database.engine).lookup([1])


def test_a_missing_column_is_named(database: Database) -> None:
    execute(database, "ALTER TABLE customer DROP COLUMN pays")

    with pytest.raises(ResourceMissing, match=r"customer\.pays"):
        SqlProfiles(database.engine).lookup([1])


def test_a_missing_database_is_named(fresh_database: PostgresqlSettings) -> None:
    with (
        open_database(changed(fresh_database, database="nowhere"), DIRECT) as database,
        pytest.raises(ResourceMissing, match=r'"nowhere".*postgresql\.database'),
    ):
        SqlProfiles(database.engine).lookup([1])


def test_a_role_that_may_not_read_is_denied(
    fresh_database: PostgresqlSettings, database: Database
) -> None:
    execute(database, "CREATE ROLE stranger LOGIN")
    reader = changed(fresh_database, username="stranger")
    with (
        open_database(reader, DIRECT) as opened,
        pytest.raises(AccessDenied, match=r"permission denied for table.*postgresql\.username"),
    ):
        SqlProfiles(opened.engine).lookup([1])


def test_a_wrong_password_is_denied_and_in_no_message() -> None:
    with Postgres(tcp=True) as server:
        with open_database(socket_settings(server, server.database), DIRECT) as database:
            execute(database, "CREATE ROLE reader LOGIN PASSWORD 'right-secret'")
            ask_for_passwords_on_tcp(Path(text_of(database, "SHOW hba_file")))
            execute(database, "SELECT pg_reload_conf()")
        right = {
            "username": "reader",
            "database": server.database,
            "hostname": "127.0.0.1",
            "port": server.port,
            "password": "right-secret",
        }
        wrong = right | {"password": "wrong-secret"}
        none = right | {"password": None}

        wait_until(lambda: attempt(none) is not None, what="the server to ask for passwords")

        assert attempt(right) is None
        for refused in (attempt(wrong), attempt(none)):
            assert type(refused) is AccessDenied
            assert "postgresql.password" in str(refused)
            assert "secret" not in str(refused)


def text_of(database: Database, statement: str) -> str:
    with database.engine.connect() as connection:
        return str(connection.exec_driver_sql(statement).scalar_one())


def ask_for_passwords_on_tcp(access: Path) -> None:
    access.write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")


def attempt(values: dict[str, object]) -> Exception | None:
    """Log in; give back the error, if any, as the worker would see it."""
    settings = PostgresqlSettings.model_validate(values)
    with open_database(settings, DIRECT) as database:
        try:
            execute(database, "SELECT 1")
        except sqlalchemy.exc.DBAPIError as error:
            return translate(error)
    return None


def test_the_socket_may_be_given_by_its_file_or_by_its_directory(
    fresh_database: PostgresqlSettings, postgres: Postgres
) -> None:
    for path in (postgres.socket_file, postgres.unix_socket):
        with open_database(changed(fresh_database, unix_socket=str(path)), DIRECT) as database:
            assert SqlProfiles(database.engine).lookup([1]) == {}


def test_a_socket_file_that_is_not_there_is_an_outage(tmp_path: Path) -> None:
    nowhere = PostgresqlSettings(username="u", database="d", unix_socket=str(tmp_path / "none"))
    with (
        open_database(nowhere, DIRECT) as database,
        pytest.raises(DatabaseDown, match=r"No such file.*postgresql\.unix_socket"),
    ):
        SqlProfiles(database.engine).lookup([1])


def test_a_port_where_nobody_listens_is_an_outage() -> None:
    with deaf_port() as port:
        nobody = PostgresqlSettings(username="u", database="d", hostname="127.0.0.1", port=port)
        with (
            open_database(nobody, DIRECT) as database,
            pytest.raises(DatabaseDown, match=r"refused.*postgresql\.hostname"),
        ):
            SqlProfiles(database.engine).lookup([1])


@pytest.mark.long
def test_a_server_that_accepts_and_then_says_nothing_is_an_outage() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        deaf = PostgresqlSettings(
            username="u",
            database="d",
            hostname="127.0.0.1",
            port=silent.getsockname()[1],
            statement_timeout_ms=1,
        )
        with (
            open_database(deaf, DIRECT) as database,
            pytest.raises(DatabaseDown, match="timed out"),
        ):
            SqlProfiles(database.engine).lookup([1])


@pytest.mark.parametrize("missing", ["username", "database", "unix_socket"])
def test_a_setting_that_is_missing_is_named(
    fresh_database: PostgresqlSettings, missing: str
) -> None:
    with pytest.raises(BadSettings, match=rf"postgresql\.{missing}"):
        open_database(changed(fresh_database, **{missing: None}), DIRECT)


def test_connections_say_who_they_are(
    fresh_database: PostgresqlSettings, database: Database
) -> None:
    with database.engine.connect() as connection:
        row = connection.exec_driver_sql(
            "SELECT current_setting('application_name'), current_setting('statement_timeout')"
        ).one()

    assert tuple(row) == ("churn", f"{fresh_database.statement_timeout_ms // 1000}s")


def test_closing_the_database_closes_its_connections(
    fresh_database: PostgresqlSettings, database: Database
) -> None:
    closing = open_database(fresh_database, DIRECT)
    with closing.engine.connect() as connection:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()

    closing.close()

    def gone() -> bool:
        with database.engine.connect() as connection:
            query = f"SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}"
            return bool(connection.exec_driver_sql(query).scalar_one() == 0)

    wait_until(gone, what="the end of the session")
