"""The whole examination, on a real database, a real model and the embedded Pub/Sub server."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from consumer.database import Database, open_database
from consumer.doctor import CheckResult, Status, main_report, run_checks
from consumer.settings import ModelSettings, PostgresqlSettings, PubsubSettings, Settings
from tests.unit.model.stored_models import (
    CountsFromNewestRow,
    allow,
    sha256_of,
    store,
    store_with_manifest,
    trained,
)
from tools import cli
from tools.emulator import serve


@pytest.fixture
def pubsub(monkeypatch: pytest.MonkeyPatch) -> Iterator[PubsubSettings]:
    """Topics and a subscription as they should be."""
    settings = Settings(pubsub=PubsubSettings(project=f"test-{uuid4().hex[:12]}"))
    with serve() as server:
        monkeypatch.setenv("PUBSUB_EMULATOR_HOST", server.address)
        with PublisherClient() as publisher, SubscriberClient() as subscriber:
            input_topic = f"projects/{settings.pubsub.project}/topics/updates"
            for path in (settings.alert_topic_path, settings.dead_letter_topic_path, input_topic):
                publisher.create_topic(name=path)
            subscriber.create_subscription(
                request={
                    "name": settings.subscription_path,
                    "topic": input_topic,
                    "ack_deadline_seconds": 60,
                    "retry_policy": {"minimum_backoff": {"seconds": 10}},
                    "dead_letter_policy": {
                        "dead_letter_topic": settings.dead_letter_topic_path,
                        "max_delivery_attempts": 5,
                    },
                }
            )
        yield settings.pubsub


@pytest.fixture
def settings(
    tmp_path: Path, pubsub: PubsubSettings, fresh_database: PostgresqlSettings
) -> Settings:
    model = store_with_manifest(tmp_path, trained())
    return Settings(pubsub=pubsub, postgresql=fresh_database, model=ModelSettings(uri=str(model)))


def examined(settings: Settings) -> dict[str, CheckResult]:
    return {result.name: result for result in run_checks(settings)}


def execute(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(sqlalchemy.text(statement))


def add_customer(database: Database) -> None:
    execute(database, "INSERT INTO customer VALUES (1, '2018-06-01', 'Durand', 'France')")


def test_an_installation_as_it_should_be_passes_everything(
    settings: Settings, database: Database
) -> None:
    add_customer(database)
    results = examined(settings)
    assert {name: result for name, result in results.items() if result.status != "ok"} == {}
    assert "customers: 1," in results["customers"].detail
    assert "Trial 7" in results["model"].detail


def with_workers(settings: Settings, workers: int) -> Settings:
    login = settings.postgresql.model_copy(update={"max_workers": workers})
    return settings.model_copy(update={"postgresql": login})


def test_more_workers_than_the_server_has_connections_for_are_told(settings: Settings) -> None:
    found = examined(with_workers(settings, 60))["connections"]
    assert found.status is Status.FAIL
    assert "60 workers (postgresql.max_workers)" in found.detail
    assert "need 120 of " in found.detail
    assert "max_connections 100, 3 reserved, " in found.detail
    assert "postgresql.pool_size" in found.mend


def test_other_peoples_connections_are_taken_off_and_the_workers_own_are_not(
    settings: Settings, database: Database
) -> None:
    execute(database, "DROP ROLE IF EXISTS reporting", "CREATE ROLE reporting LOGIN")
    before = others(settings)
    reporting = settings.postgresql.model_copy(update={"username": "reporting"})
    with open_database(settings.postgresql, settings.cloudsql) as worker, worker.engine.connect():
        assert others(settings) == before
    with open_database(reporting, settings.cloudsql) as report, report.engine.connect():
        assert others(settings) == before + 1


def others(settings: Settings) -> int:
    """How many connections others use, as the doctor says."""
    found = re.search(r"(\d+) used by others", examined(settings)["connections"].detail)
    assert found
    return int(found[1])


def test_empty_tables_are_told(settings: Settings) -> None:
    found = examined(settings)["customers"]
    assert found.status is Status.WARN
    assert "churn seed" in found.mend


def test_a_missing_table_skips_only_what_needs_it(settings: Settings, database: Database) -> None:
    execute(database, "DROP TABLE indicators")
    results = examined(settings)
    assert results["database"].status is Status.OK
    assert results["tables"].status is Status.FAIL
    assert "indicators" in results["tables"].detail
    assert results["customers"].status is results["lookup index"].status is Status.SKIP
    assert results["model"].status is results["filter"].status is Status.OK


def test_a_missing_column_is_named(settings: Settings, database: Database) -> None:
    execute(database, "ALTER TABLE indicators DROP COLUMN balance")
    assert "indicators.balance" in examined(settings)["tables"].detail


def test_a_table_without_an_index_is_told(settings: Settings, database: Database) -> None:
    execute(database, "ALTER TABLE customer DROP CONSTRAINT customer_pkey")
    found = examined(settings)["lookup index"]
    assert found.status is Status.WARN
    assert found.mend == "CREATE UNIQUE INDEX ON customer (id_client)"


def test_a_row_that_the_worker_cannot_read_is_found(settings: Settings, database: Database) -> None:
    execute(
        database,
        "ALTER TABLE customer ALTER age TYPE text",
        "INSERT INTO customer (id_client, age) VALUES (1, 'forty')",
    )
    found = examined(settings)["customers"]
    assert found.status is Status.FAIL
    assert "forty" not in found.detail


def test_a_missing_model_is_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "trial.pkl").unlink()
    results = examined(settings)
    assert results["model file"].status is Status.FAIL
    assert results["model"].status is Status.SKIP


def test_a_model_that_was_exchanged_is_told(settings: Settings) -> None:
    pinned = settings.model.model_copy(update={"sha256": "0" * 64})
    found = examined(settings.model_copy(update={"model": pinned}))["model"]
    assert found.status is Status.FAIL


def test_a_model_whose_scores_depend_on_the_batch_is_told(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "without manifest"
    folder.mkdir()
    path = store(folder, CountsFromNewestRow())
    model = ModelSettings(
        uri=str(path), sha256=sha256_of(path), allowed_globals=allow(CountsFromNewestRow)
    )
    found = examined(settings.model_copy(update={"model": model}))["model"]
    assert found.status is Status.WARN
    assert "row by row" in found.detail


def with_shadow(settings: Settings, uri: Path) -> Settings:
    model = settings.model.model_copy(update={"shadow": str(uri)})
    return settings.model_copy(update={"model": model})


def test_a_shadow_is_checked_as_the_model_is_where_one_is_set(
    settings: Settings, tmp_path: Path
) -> None:
    assert "shadow model" not in examined(settings)
    folder = tmp_path / "candidate"
    folder.mkdir()
    candidate = store_with_manifest(folder, trained(rounds=5), version="8")
    found = examined(with_shadow(settings, candidate))["shadow model"]
    assert found.status is Status.OK
    assert "Trial 8" in found.detail


def test_a_shadow_that_fails_a_check_is_told_and_fails_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    results = examined(with_shadow(settings, tmp_path / "away.pkl"))
    assert results["shadow model"].status is Status.WARN
    assert "away.pkl: cannot be read" in results["shadow model"].detail
    tampered = store_with_manifest(tmp_path, trained(), sha256="1" * 64)
    found = examined(with_shadow(settings, tampered))
    assert "its manifest says 1111" in found["shadow model"].detail
    assert found["shadow model"].status is Status.WARN


def test_with_nothing_set_each_part_says_what_is_missing() -> None:
    results = examined(Settings())
    assert "pubsub.project" in results["settings"].detail
    assert "postgresql.username" in results["database"].detail
    assert "model.uri" in results["model file"].detail
    assert results["subscription"].status is results["filter"].status is Status.SKIP


def test_a_settings_file_that_shows_its_password_is_told(tmp_path: Path) -> None:
    config = tmp_path / "bank.yml"
    config.write_text("postgresql: {password: hunter2}")
    config.chmod(0o644)
    found = {result.name: result for result in run_checks(Settings(), config=config)}
    assert found["settings file"].status is Status.WARN
    assert found["settings file"].mend == f"chmod 600 {config}"
    assert "hunter2" not in found["settings file"].detail


def test_the_plain_report_fails_by_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main_report(Settings()) == 1
    assert "FAIL  settings" in capsys.readouterr().out


def test_the_plain_report_of_a_healthy_installation_is_no_failure(
    settings: Settings, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    add_customer(database)
    assert main_report(settings) == 0
    output = capsys.readouterr().out
    assert output.splitlines()[-1].endswith(" ok")
    assert "Durand" not in output


def run_command(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(["doctor", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_the_command_reports_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "config.yml"
    config.write_text("pubsub: {projct: bank}")
    assert run_command("--config", str(config), "--json") == 1
    (result,) = json.loads(capsys.readouterr().out)
    assert result["name"] == "settings"
    assert result["status"] == "fail"
    assert "pubsub.project" in result["detail"]
