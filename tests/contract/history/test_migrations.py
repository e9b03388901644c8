"""The history's tables are brought up to date step by step, while workers run."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy

from consumer.database import open_database
from consumer.errors import AccessDenied, DatabaseDown, ResourceMissing, WorkerBroken
from consumer.history import migrate, require_schema, schema_of
from consumer.history.migration_files import Migration, read_migrations, released
from consumer.settings import CloudsqlSettings, PostgresqlSettings

FIRST = Migration(1, "first", "CREATE TABLE first (id integer)")
SECOND = Migration(2, "second", "CREATE TABLE second (id integer); CREATE INDEX ON second (id)")
BROKEN = Migration(2, "second", "CREATE TABLE second (id integer); SELECT no_such_column")


@pytest.fixture
def engine(engine: sqlalchemy.Engine) -> sqlalchemy.Engine:
    """Give a database that was never migrated."""
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE churn_migrations, score_history, alert_state")
    return engine


def tables(engine: sqlalchemy.Engine) -> set[str]:
    return set(sqlalchemy.inspect(engine).get_table_names()) - {"customer", "indicators"}


def applied(engine: sqlalchemy.Engine) -> Sequence[tuple[int, str, str]]:
    with engine.connect() as connection:
        query = "SELECT number, name, sha256 FROM churn_migrations ORDER BY number"
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def test_what_is_missing_is_applied_in_order_and_written_down(engine: sqlalchemy.Engine) -> None:
    assert migrate(engine, [FIRST, SECOND]) == [FIRST, SECOND]
    assert tables(engine) == {"churn_migrations", "first", "second"}
    assert applied(engine) == [(1, "first", FIRST.sha256), (2, "second", SECOND.sha256)]


def test_applying_again_changes_nothing(engine: sqlalchemy.Engine) -> None:
    migrate(engine, [FIRST])
    assert migrate(engine, [FIRST]) == []


def test_only_what_is_new_is_applied(engine: sqlalchemy.Engine) -> None:
    migrate(engine, [FIRST])
    assert migrate(engine, [FIRST, SECOND]) == [SECOND]


def test_a_migration_that_fails_leaves_nothing_and_keeps_those_before(
    engine: sqlalchemy.Engine,
) -> None:
    with pytest.raises(ResourceMissing, match="no_such_column"):
        migrate(engine, [FIRST, BROKEN])
    assert tables(engine) == {"churn_migrations", "first"}
    assert schema_of(engine, [FIRST, SECOND]).pending == (SECOND,)


def test_a_changed_file_is_refused(engine: sqlalchemy.Engine) -> None:
    migrate(engine, [FIRST])
    changed = replace(FIRST, text=FIRST.text + " -- better")
    for act in (migrate, schema_of):
        with pytest.raises(WorkerBroken, match="migration 0001 first is not the one"):
            act(engine, [changed, SECOND])
    assert tables(engine) == {"churn_migrations", "first"}


def test_several_who_migrate_at_once_do_it_once(engine: sqlalchemy.Engine) -> None:
    done: list[Migration] = []
    threads = [
        threading.Thread(target=lambda: done.extend(migrate(engine, [FIRST, SECOND])))
        for _ in range(2)  # as many as the pool has connections
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(each.number for each in done) == [1, 2]


def test_a_change_does_not_wait_long_for_a_table_that_is_in_use(engine: sqlalchemy.Engine) -> None:
    migrate(engine, [FIRST])
    change = Migration(2, "wider", "ALTER TABLE first ADD COLUMN name text")
    with engine.begin() as reader:
        reader.exec_driver_sql("LOCK TABLE first IN ACCESS SHARE MODE")
        with pytest.raises(DatabaseDown, match="55P03"):
            migrate(engine, [FIRST, change])
    assert migrate(engine, [FIRST, change]) == [change]


def test_a_database_that_is_further_than_the_program_is_all_right(
    engine: sqlalchemy.Engine,
) -> None:
    later = Migration(len(released()) + 1, "later", "CREATE TABLE later (id integer)")
    migrate(engine, [*released(), later])
    require_schema(engine)
    assert schema_of(engine).version == later.number


def test_a_worker_is_told_what_to_run_where_tables_are_missing(engine: sqlalchemy.Engine) -> None:
    with pytest.raises(ResourceMissing, match=r"version 0 .* run `churn migrate`"):
        require_schema(engine)
    assert tables(engine) == set()


def test_the_released_migrations_make_what_the_worker_needs(engine: sqlalchemy.Engine) -> None:
    migrate(engine)
    require_schema(engine)
    assert "score_history" in tables(engine)


def test_tables_that_are_there_without_a_record_are_taken_over(engine: sqlalchemy.Engine) -> None:
    migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE churn_migrations")
    assert migrate(engine) == list(released())


def test_a_role_without_the_right_to_create_is_told_so(
    engine: sqlalchemy.Engine, fresh_database: PostgresqlSettings
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS reader")
        connection.exec_driver_sql("CREATE ROLE reader LOGIN")
    reader = fresh_database.model_copy(update={"username": "reader"})
    with (
        open_database(reader, CloudsqlSettings()) as opened,
        pytest.raises(AccessDenied, match="permission denied for schema public"),
    ):
        migrate(opened.engine)


def test_files_are_numbered_without_a_gap(tmp_path: Path) -> None:
    (tmp_path / "0001_one.sql").write_text("SELECT 1")
    (tmp_path / "0003_three.sql").write_text("SELECT 3")
    with pytest.raises(ValueError, match="gap"):
        read_migrations(tmp_path)
    (tmp_path / "0003_three.sql").rename(tmp_path / "three.sql")
    with pytest.raises(ValueError, match=r"named like 0001_score_history\.sql"):
        read_migrations(tmp_path)
