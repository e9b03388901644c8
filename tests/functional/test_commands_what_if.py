"""`churn what-if` at a bank: real processes, a real database, and two models."""

import json
import os
import random
import signal
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import orjson
import psutil
import pytest

from consumer.database import Database
from consumer.message import Message
from consumer.model.stored import manifest_name
from consumer.settings import PostgresqlSettings
from schemas.manifest import Manifest
from tests.bank_data import CUSTOMERS, INDICATORS, needs_bank_data
from tests.child_processes import require_end_by_signal
from tests.churn_command import churn, churn_running
from tests.functional.bank import Bank, event
from tests.pubsub_fixtures import embedded_only
from tests.wait import wait_until
from tools.replay.lines import line_of
from tools.sample import CUSTOMER_CSV, INDICATORS_CSV
from tools.sample.events import sample_events
from tools.tables_csv import read_customers, read_indicators
from tools.tables_sql import seed_tables
from tools.training import TrainedModel, train_model

pytestmark = pytest.mark.functional

EVENTS = 300
MANY = 150_000
"""More than are compared before somebody has pressed Ctrl-C."""


def stored(folder: Path, trained: TrainedModel, **changes: object) -> Path:
    """Write a model, with another manifest where ``changes`` say so."""
    manifest: Manifest = trained.manifest.model_copy(update=changes)
    folder.mkdir()
    path = folder / "model.pkl"
    path.write_bytes(trained.pickle)
    path.with_name(manifest_name(path.name)).write_text(manifest.model_dump_json())
    return path


def environment(database: PostgresqlSettings, model: Path) -> Mapping[str, str]:
    return {
        "CHURN_POSTGRESQL__USERNAME": str(database.username),
        "CHURN_POSTGRESQL__DATABASE": str(database.database),
        "CHURN_POSTGRESQL__UNIX_SOCKET": str(database.unix_socket),
        "CHURN_POSTGRESQL__PORT": str(database.port),
        "CHURN_MODEL__URI": str(model),
    }


def now() -> datetime:
    return datetime(2024, 5, 1, 9, 30, tzinfo=UTC)


def sample_file(path: Path) -> Path:
    """Write sample events as lines: partial ones, a stranger, a duplicate, and broken ones."""
    made = sample_events(EVENTS, seed=5, now=now, with_broken=True)
    lines = [
        line_of(Message(str(place), each.message.data, each.message.attributes, now()))
        for place, each in enumerate(made)
    ]
    path.write_bytes(b"\n".join([*lines, b"{broken"]))
    return path


def test_what_another_threshold_would_change_is_reported_three_times_over(
    database: Database, fresh_database: PostgresqlSettings, trained: TrainedModel, tmp_path: Path
) -> None:
    customers, indicators = (
        list(read_customers(CUSTOMER_CSV)),
        list(read_indicators(INDICATORS_CSV)),
    )
    seed_tables(database.engine, customers, indicators)
    current = stored(tmp_path / "current", trained)
    candidate = stored(tmp_path / "candidate", trained, version="bold", threshold=0.1)
    page = tmp_path / "what-if.html"
    done = churn(
        *("what-if", sample_file(tmp_path / "events.jsonl"), "--candidate", candidate),
        *("--html", page, "--json", "--processes", 1),
        environment=environment(fresh_database, current),
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)

    left_out = report["not_compared"]
    assert left_out["unreadable"] == left_out["unknown customer"] == 1
    assert left_out["invalid"] > 0
    assert report["messages"] == EVENTS + 1 == report["compared"] + sum(left_out.values())
    assert (report["current"]["threshold"], report["candidate"]["threshold"]) == (
        trained.manifest.threshold,
        0.1,
    )
    assert report["decisions"]["new_alerts"] > 0 == report["decisions"]["lost_alerts"]
    assert report["differences"]["mean"] == 0, "the pickles are the same"
    assert report["movers"] == []
    assert 0 < report["truth"]["customers"] <= report["customers"]
    metrics = report["truth"]["metrics"]
    assert metrics["recall"]["candidate"] > metrics["recall"]["current"]

    written = page.read_text(encoding="utf-8")
    assert "http" not in written
    assert "<script" not in written
    assert "What if ChurnModelFinal bold replaced ChurnModelFinal sample-1?" in written
    names = {each.nom for each in customers if each.nom}
    assert not any(name in written or name in done.stdout for name in names)


def complete_lines(path: Path, count: int) -> Path:
    """Write events of the bank's customers that carry everything, but for every tenth."""
    by_id = {each.id_client: each for each in read_indicators(INDICATORS)}
    customers = list(read_customers(CUSTOMERS))
    chance = random.Random(3)
    with path.open("wb") as file:
        for number in range(count):
            customer = chance.choice(customers)
            fields = customer.model_dump(mode="json", exclude={"nom"})
            fields |= by_id[customer.id_client].model_dump(mode="json", exclude={"churn"})
            fields["balance"] = round(max(0.0, (fields["balance"] or 0) + chance.gauss(0, 2e4)), 2)
            if number % 10 == 0:
                fields = {"id_client": customer.id_client, "balance": fields["balance"]}
            message = {
                "message_id": str(number),
                "publish_time": f"2024-05-{1 + number % 20:02}T12:00:00Z",
                "attributes": {},
                "data": fields,
            }
            file.write(orjson.dumps(message) + b"\n")
    return path


@pytest.mark.long
@needs_bank_data
def test_the_report_is_the_same_however_many_processes_score(
    database: Database, fresh_database: PostgresqlSettings, trained: TrainedModel, tmp_path: Path
) -> None:
    customers, indicators = list(read_customers(CUSTOMERS)), list(read_indicators(INDICATORS))
    seed_tables(database.engine, customers, indicators)
    learned = train_model(
        customers, indicators, as_of=None, name="Bank", version="1", seed=1, clock=now, repeats=1
    )
    current = stored(tmp_path / "current", trained)
    candidate = stored(tmp_path / "candidate", learned)
    events = complete_lines(tmp_path / "events.jsonl", 12_000)
    reports = []
    for processes in (1, 3):
        done = churn(
            *("what-if", events, "--candidate", candidate, "--json", "--processes", processes),
            environment=environment(fresh_database, current),
        )
        assert done.returncode == 0, done.stderr
        reports.append(json.loads(done.stdout) | {"made_at": "", "seconds": 0})
    assert reports[0] == reports[1]
    assert reports[0]["compared"] == 12_000
    assert len(reports[0]["alerts_a_day"]["days"]) == 20
    assert len(reports[0]["movers"]) == 20
    truth = reports[0]["truth"]
    assert truth["customers"] == reports[0]["customers"], "the database knows all of them"
    assert 0.5 < truth["metrics"]["f1"]["candidate"] < 0.75


def scoring(parent: int) -> list[psutil.Process]:
    """List what the command has started, once two processes of it take the time of scoring."""
    started = psutil.Process(parent).children(recursive=True)
    return started if sum(map(is_large, started)) == 2 else []


def is_large(process: psutil.Process) -> bool:
    """Whether it has loaded what scoring needs; one that has just ended has not."""
    with suppress(psutil.NoSuchProcess):
        return bool(process.memory_info().rss > 150e6)
    return False


@pytest.fixture
def endless(trained: TrainedModel, tmp_path: Path) -> list[str]:
    """Give the arguments of a comparison that takes longer than the test."""
    model = str(stored(tmp_path / "model", trained))
    line = orjson.dumps({column.name.lower(): None for column in trained.manifest.columns})
    events = tmp_path / "events.jsonl"
    events.write_bytes((line[:-1] + b',"id_client":1}\n') * MANY * 10)
    return ["what-if", str(events), "--candidate", model, "--current", model, "--processes", "2"]


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_every_process_in_one_line(
    endless: list[str], number: signal.Signals
) -> None:
    require_end_by_signal(endless, number, scoring)


@pytest.mark.long
def test_a_process_that_is_killed_ends_the_comparison_in_one_line(endless: list[str]) -> None:
    with churn_running(*endless, environment={}) as command:
        started = wait_until(lambda: scoring(command.pid), timeout=60, what="their start")
        judging = list(filter(is_large, started))
        judging[0].kill()
        _, complaint = command.communicate(timeout=30)
    assert command.returncode == 1
    assert complaint.startswith("churn: a process that scores has ended before its time")
    assert complaint.count("\n") == 1
    wait_until(lambda: not any(map(psutil.Process.is_running, judging)), what="their end")


@pytest.mark.long
def test_no_process_outlives_a_command_that_is_killed(endless: list[str]) -> None:
    with churn_running(*endless, environment={}) as command:
        started = wait_until(lambda: scoring(command.pid), timeout=60, what="their start")
        os.kill(command.pid, signal.SIGKILL)
        wait_until(lambda: not any(map(psutil.Process.is_running, started)), what="their end")


@pytest.mark.long
@embedded_only
def test_as_of_compares_what_the_model_saw_whatever_the_database_says_today(
    bank: Bank, trained: TrainedModel, tmp_path: Path
) -> None:
    bank.publish(event(f"e-{each}", id_client=each) for each in bank.customers[:200])
    with bank.worker(CHURN_HISTORY__ENABLED="true") as worker:
        wait_until(lambda: worker.final() == 200, timeout=60, what="the end of all events")
        alerted = worker.counts()["alert"]
        assert worker.stop() == 0
    with bank.stack.open_database() as database, database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE customer SET age = 90, membre_actif = 'No'")
    candidate = stored(tmp_path / "candidate", trained, threshold=0.1)
    alerts: dict[str, int] = {}
    for more in ((), ("--as-of",)):
        done = churn(
            *("what-if", "history", *more, "--candidate", candidate, "--json"),
            environment=bank.environment,
        )
        assert done.returncode == 0, done.stderr
        report = json.loads(done.stdout)
        assert (report["compared"], report["as_of"]) == (200, bool(more))
        alerts["".join(more)] = sum(each["current"] for each in report["alerts_a_day"]["days"])
    assert alerts["--as-of"] == alerted < alerts[""]
