"""`churn migrate` and `churn forget` on a real database."""

from collections.abc import Sequence

import orjson
import pytest
import sqlalchemy
from click.testing import CliRunner, Result

from consumer.errors import AccessDenied
from consumer.history import SqlHistory
from consumer.history.migration_files import released
from consumer.settings import PostgresqlSettings
from tests.builders import update
from tests.history import AT_RISK, CROSSING, SAFE, history_of, rows, worked
from tools.cli import command_line
from tools.errors import BadInput

NEWEST = len(released())


@pytest.fixture(autouse=True)
def _settings_from_environment(
    fresh_database: PostgresqlSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("username", "database", "unix_socket", "port"):
        monkeypatch.setenv(f"CHURN_POSTGRESQL__{key.upper()}", str(getattr(fresh_database, key)))


def churn(*arguments: str, answer: str | None = None) -> Result:
    ran = CliRunner().invoke(command_line(arguments), arguments, input=answer)
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran


def unmigrated(engine: sqlalchemy.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE churn_migrations, score_history, alert_state")


def customers(engine: sqlalchemy.Engine, *ids: int) -> None:
    with engine.begin() as connection:
        for each in ids:
            connection.exec_driver_sql(f"INSERT INTO customer (id_client) VALUES ({each})")
            connection.exec_driver_sql(f"INSERT INTO indicators (id_client) VALUES ({each})")


def ids_in(engine: sqlalchemy.Engine, table: str) -> Sequence[int]:
    with engine.connect() as connection:
        query = f"SELECT DISTINCT id_client FROM {table} ORDER BY 1"
        return list(connection.exec_driver_sql(query).scalars())


def test_migrate_makes_what_is_missing_and_says_so(engine: sqlalchemy.Engine) -> None:
    unmigrated(engine)
    first, second = churn("migrate"), churn("migrate")
    assert first.stdout.startswith("applied 0001 score_history\napplied 0002 alert_state\n")
    assert first.stdout.endswith(f"the score history is at version {NEWEST}, up to date\n")
    assert second.stdout == f"the score history is at version {NEWEST}, up to date\n"
    assert (first.exit_code, second.exit_code) == (0, 0)


def test_migrate_check_changes_nothing_and_fails_where_something_is_missing(
    engine: sqlalchemy.Engine,
) -> None:
    assert churn("migrate", "--check").exit_code == 0
    unmigrated(engine)
    ran = churn("migrate", "--check", "--json")
    said = orjson.loads(ran.stdout)
    assert ran.exit_code == 1
    assert (said["version"], said["pending"][0]) == (0, "0001 score_history")
    assert not sqlalchemy.inspect(engine).has_table("score_history")


def test_forget_erases_a_customer_and_nobody_else(engine: sqlalchemy.Engine) -> None:
    customers(engine, AT_RISK, SAFE)
    by_rule = history_of(engine, rule=CROSSING)
    worked(by_rule, update(AT_RISK, event_id="a"), update(AT_RISK, event_id="b"), update(SAFE))
    said = orjson.loads(churn("forget", str(AT_RISK), "--yes", "--json").stdout)
    tables = {"score_history": 2, "alert_state": 1, "indicators": 1, "customer": 1}
    assert said["erased"] == tables
    assert "dead letters" in said["remains"]
    for table in tables:
        assert ids_in(engine, table) == [SAFE]


def test_forget_can_leave_the_banks_own_tables(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    customers(engine, AT_RISK)
    worked(history, update(AT_RISK))
    said = churn("forget", str(AT_RISK), "--yes", "--history-only").stdout
    assert "score_history    1 rows erased" in said
    assert rows(engine) == []
    assert ids_in(engine, "customer") == [AT_RISK]


def test_forget_works_where_there_is_no_history_and_for_nobody(engine: sqlalchemy.Engine) -> None:
    unmigrated(engine)
    ran = churn("forget", "77", "--yes", "--json")
    assert orjson.loads(ran.stdout)["erased"] == {"indicators": 0, "customer": 0}
    assert ran.exit_code == 0


def test_forget_asks_nobody_where_nobody_can_be_asked(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    worked(history, update(AT_RISK))
    with pytest.raises(BadInput, match="--yes"):
        churn("forget", str(AT_RISK), answer="y\n")
    assert len(rows(engine)) == 1


def test_forget_erases_all_or_nothing(
    history: SqlHistory, engine: sqlalchemy.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked(history, update(AT_RISK))
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS clerk")
        connection.exec_driver_sql("CREATE ROLE clerk LOGIN")
        granted = "score_history, alert_state, indicators"
        connection.exec_driver_sql(f"GRANT SELECT, DELETE ON {granted} TO clerk")
    monkeypatch.setenv("CHURN_POSTGRESQL__USERNAME", "clerk")
    with pytest.raises(AccessDenied, match="customer"):
        churn("forget", str(AT_RISK), "--yes")
    assert len(rows(engine)) == 1
    churn("forget", str(AT_RISK), "--yes", "--history-only")
    assert rows(engine) == []
