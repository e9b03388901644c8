"""Rows are deleted when they are older than they are kept for, and no earlier."""

from datetime import timedelta

import pytest
import sqlalchemy

from consumer.database import open_database
from consumer.errors import AccessDenied
from consumer.history import Retention, SqlHistory
from consumer.history.retention import ROWS_AT_ONCE, prune
from consumer.settings import CloudsqlSettings, PostgresqlSettings
from tests.builders import NOON, update
from tests.history import AT_RISK, CROSSING, SAFE, history_of, rows, worked
from tests.wait import wait_until

KEEP = timedelta(days=30)


def scored(engine: sqlalchemy.Engine, event_id: str, *, days_ago: float) -> None:
    earlier = history_of(engine, NOON - timedelta(days=days_ago))
    worked(earlier, update(SAFE, event_id=event_id))


def ids(engine: sqlalchemy.Engine) -> list[str]:
    return [row[0] for row in rows(engine, "event_id")]


def fill(engine: sqlalchemy.Engine, count: int) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO score_history SELECT 's', n::text, '', 1, now(), '1', '', '{}', 0.1, 0.5,"
            " 'silent', NULL, NULL, '2020-01-01Z', now()"
            f" FROM generate_series(1, {count}) AS n"
        )


def test_what_is_too_old_goes_and_the_rest_stays(engine: sqlalchemy.Engine) -> None:
    scored(engine, "old", days_ago=30.1)
    scored(engine, "young", days_ago=29.9)
    with Retention(engine, keep=KEEP, now=lambda: NOON):
        wait_until(lambda: ids(engine) == ["young"], what="the old row to be deleted")


def test_the_oldest_go_first_and_no_more_than_asked_at_once(engine: sqlalchemy.Engine) -> None:
    for days in (40, 60, 50):
        scored(engine, f"{days}", days_ago=days)
    assert prune(engine, NOON - KEEP, most=2) == 2
    assert ids(engine) == ["40"]


def test_all_that_is_too_old_goes_in_as_many_steps_as_it_takes(engine: sqlalchemy.Engine) -> None:
    fill(engine, 2 * ROWS_AT_ONCE + 1)
    scored(engine, "young", days_ago=1)
    assert Retention(engine, keep=KEEP, now=lambda: NOON).sweep() == 2 * ROWS_AT_ONCE + 1
    assert ids(engine) == ["young"]


def test_rows_that_another_worker_is_deleting_are_left_to_it(engine: sqlalchemy.Engine) -> None:
    fill(engine, 10)
    with engine.begin() as other:
        other.exec_driver_sql("DELETE FROM score_history WHERE event_id IN ('1', '2')")
        deleted = prune(engine, NOON)
    assert deleted == 8
    assert ids(engine) == []


def test_a_customers_state_goes_with_the_last_of_its_scores(engine: sqlalchemy.Engine) -> None:
    def by_rule(days_ago: int) -> SqlHistory:
        return history_of(engine, NOON - timedelta(days=days_ago), rule=CROSSING)

    worked(by_rule(40), update(AT_RISK, event_id="a"), update(SAFE, event_id="b"))
    worked(by_rule(20), update(SAFE, event_id="c"))
    assert prune(engine, NOON - KEEP) == 2
    with engine.connect() as connection:
        left = connection.exec_driver_sql("SELECT id_client FROM alert_state").scalars().all()
    assert left == [SAFE]


def test_an_alert_whose_row_is_gone_is_decided_anew(
    history: SqlHistory, engine: sqlalchemy.Engine
) -> None:
    worked(history, update(AT_RISK))
    prune(engine, NOON + timedelta(days=1))
    worked(history, update(AT_RISK))
    assert len(rows(engine)) == 1


def test_the_end_does_not_wait_for_the_next_hour(engine: sqlalchemy.Engine) -> None:
    with Retention(engine, keep=KEEP, now=lambda: NOON, seconds=3_600):
        pass
    assert ids(engine) == []


def test_a_role_that_may_not_delete_is_told_so(
    engine: sqlalchemy.Engine, fresh_database: PostgresqlSettings
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS timid")
        connection.exec_driver_sql("CREATE ROLE timid LOGIN")
        connection.exec_driver_sql("GRANT SELECT, UPDATE ON score_history TO timid")
    timid = fresh_database.model_copy(update={"username": "timid"})
    with (
        open_database(timid, CloudsqlSettings()) as opened,
        pytest.raises(AccessDenied, match="DELETE"),
    ):
        prune(opened.engine, NOON)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP OWNED BY timid; DROP ROLE timid")
