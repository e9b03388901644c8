"""What the doctor says of the score history."""

import pytest
import sqlalchemy

from consumer.database import Database, open_database
from consumer.doctor.checks import Check, CheckResult, Finding, Status, run
from consumer.doctor.history_checks import HistoryChecks
from consumer.settings import CloudsqlSettings, HistorySettings, PostgresqlSettings

ON, OFF = HistorySettings(enabled=True), HistorySettings()


def examined(history: HistorySettings, engine: sqlalchemy.Engine) -> dict[str, CheckResult]:
    reachable = Check("database", lambda: Finding("it answers"))
    checks = [reachable, *HistoryChecks(history, lambda: engine).all()]
    return {result.name: result for result in run(checks)}


def drop(database: Database, tables: str) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {tables} CASCADE")


@pytest.mark.parametrize("history", [ON, OFF], ids=["on", "off"])
def test_tables_that_are_up_to_date_pass(history: HistorySettings, database: Database) -> None:
    results = examined(history, database.engine)
    assert {result.status for result in results.values()} == {Status.OK}


def test_missing_tables_fail_with_what_to_run(database: Database) -> None:
    drop(database, "churn_migrations, score_history, alert_state")
    results = examined(ON, database.engine)
    assert results["history version"].status is Status.FAIL
    assert "churn migrate" in results["history version"].mend
    assert results["history rights"].status is Status.SKIP


def test_without_the_history_missing_tables_are_no_fault(database: Database) -> None:
    drop(database, "churn_migrations, score_history, alert_state")
    assert examined(OFF, database.engine)["history version"].status is Status.SKIP


def test_a_right_that_is_missing_is_named(
    database: Database, fresh_database: PostgresqlSettings
) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS half")
        connection.exec_driver_sql("CREATE ROLE half LOGIN")
        connection.exec_driver_sql("GRANT SELECT, INSERT ON score_history TO half")
        connection.exec_driver_sql("GRANT SELECT ON churn_migrations TO half")
    half = fresh_database.model_copy(update={"username": "half"})
    with open_database(half, CloudsqlSettings()) as opened:
        found = examined(ON, opened.engine)["history rights"]
    assert found.status is Status.FAIL
    assert "lacks DELETE on score_history, UPDATE on score_history, DELETE on" in found.detail
    assert found.mend.startswith("GRANT SELECT, INSERT, UPDATE, DELETE ON score_history")
