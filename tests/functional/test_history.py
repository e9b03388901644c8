"""Real workers with the score history on: killed, cut off and misled, they repeat no decision."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from google.pubsub_v1.types import PubsubMessage

from schemas.alerts import ChurnAlert
from tests.functional.bank import Bank, event, open_bank
from tests.functional.test_interruptions import ALL_ALERT
from tests.history import rows
from tests.pubsub_fixtures import PubSub
from tests.wait import wait_until
from tests.worker_process import WorkerProcess, run_to_its_end
from tools.emulator import serve
from tools.emulator.faults.control import FaultControl
from tools.stack.ports import free_port
from tools.stack.postgres import Postgres
from tools.stack.storage import Storage
from tools.training import TrainedModel

pytestmark = pytest.mark.functional

HISTORY = {**ALL_ALERT, "CHURN_HISTORY__ENABLED": "true"}
EVENTS = 60


@pytest.fixture
def served() -> Iterator[tuple[str, FaultControl]]:
    """Give the address of a Pub/Sub server of the test's own, and its faults."""
    with serve(seed=11) as running:
        yield running.address, running.faults


@pytest.fixture
def faults(served: tuple[str, FaultControl]) -> FaultControl:
    return served[1]


@pytest.fixture
def bank(
    served: tuple[str, FaultControl],
    postgres: Postgres,
    storage: Storage | None,
    trained: TrainedModel,
) -> Iterator[Bank]:
    with (
        closing(PubSub("embedded", served[0])) as server,
        open_bank(server, postgres, storage, trained) as opened,
    ):
        yield opened


def publish(bank: Bank, count: int = EVENTS) -> list[str]:
    named = {f"e-{number}": bank.customers[number] for number in range(count)}
    bank.publish(event(name, id_client=each, nom="Dupont") for name, each in named.items())
    return sorted(named)


def copies(bank: Bank) -> dict[str, list[PubsubMessage]]:
    """Take every alert there is, by the event that it is about."""
    found: dict[str, list[PubsubMessage]] = {}
    for message in bank.take_all(bank.stack.names.alert_watch):
        found.setdefault(ChurnAlert.decode(message.data).event_id, []).append(message)
    return found


def wait_settled(worker: WorkerProcess, count: int) -> None:
    wait_until(lambda: worker.final() >= count, timeout=60, what=f"the end of {count} deliveries")


def kept(bank: Bank, columns: str = "*") -> list[tuple[object, ...]]:
    with bank.stack.open_database() as database:
        return [tuple(row) for row in rows(database.engine, columns)]


def change_data_and_model(bank: Bank) -> None:
    """Make every later score another: other customers, and a model of another version."""
    with bank.stack.open_database() as database, database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE customer SET age = 19")
        connection.exec_driver_sql("UPDATE indicators SET balance = 1, score_credit = 1")


def test_each_score_is_kept_and_each_alert_is_confirmed(bank: Bank) -> None:
    with bank.worker(CHURN_HISTORY__ENABLED="true") as worker:
        names = publish(bank)
        wait_settled(worker, EVENTS)
        counts = worker.counts()
        log, metrics = worker.log, worker.metrics()
        assert worker.stop() == 0
    found = kept(bank, "event_id, decision, confirmed_at IS NOT NULL, score_history::text")
    assert [row[0] for row in found] == names
    assert sum(row[1] == "alert" for row in found) == counts["alert"]
    assert all(row[2] for row in found)
    assert {name: len(each) for name, each in copies(bank).items()} == {
        str(row[0]): 1 for row in found if row[1] == "alert"
    }
    assert not any("Dupont" in text for text in [log, metrics, *(str(row[3]) for row in found)])


@pytest.mark.long
def test_a_worker_killed_before_it_knew_of_its_publish_is_followed_by_equal_copies(
    bank: Bank, faults: FaultControl
) -> None:
    alerts = bank.stack.names.alert_topic
    with bank.worker(**HISTORY) as first:
        unsure = faults.ambiguous_publishes(topic=alerts)
        names = publish(bank)
        wait_until(lambda: unsure.injected >= 2, what="publishes of which it does not know")
        first.kill()
    unsure.end()
    assert all(row[0] is None for row in kept(bank, "confirmed_at"))
    change_data_and_model(bank)
    scored_before = {str(row[0]) for row in kept(bank, "event_id")}
    with bank.worker(**HISTORY) as second:
        wait_settled(second, EVENTS)
        assert second.stop() == 0
    found = copies(bank)
    assert sorted(found) == names
    assert scored_before
    assert max(len(each) for each in found.values()) > 1
    assert all(len({copy.data for copy in each}) == 1 for each in found.values())
    assert all(
        len({copy.attributes["scored_at"] for copy in found[name]}) == 1 for name in scored_before
    )
    stored = {str(row[0]): row[1] for row in kept(bank, "event_id, alert")}
    assert {name: each[0].data for name, each in found.items()} == stored
    assert all(row[0] is not None for row in kept(bank, "confirmed_at"))


@pytest.mark.long
def test_a_redelivery_after_a_lost_acknowledgement_is_acknowledged_without_a_second_alert(
    bank: Bank, faults: FaultControl
) -> None:
    with bank.worker(**HISTORY) as worker:
        with faults.drop_acks() as dropped:
            names = publish(bank)
            wait_until(lambda: dropped.injected >= EVENTS, what="every acknowledgement to be lost")
        change_data_and_model(bank)
        wait_until(lambda: worker.counts()["already_settled"] >= EVENTS, timeout=60)
        assert worker.counts()["alert"] == EVENTS
        assert worker.stop() == 0
    assert {name: len(each) for name, each in copies(bank).items()} == dict.fromkeys(names, 1)


@pytest.mark.long
def test_an_outage_of_the_database_between_publish_and_confirmation_loses_nothing(
    bank: Bank, faults: FaultControl
) -> None:
    with bank.worker(**HISTORY) as worker:
        with faults.delay("Publish", seconds=2, topic=bank.stack.names.alert_topic) as late:
            names = publish(bank)
            wait_until(lambda: late.injected >= 1, what="a publish on its way")
            bank.stack.postgres.stop()
        try:
            wait_until(lambda: worker.health()["state"] == "dependency down", timeout=30)
        finally:
            bank.stack.postgres.start()
        wait_settled(worker, EVENTS)
        assert worker.counts()["dead_lettered"] == worker.counts()["retried"] == 0
        assert worker.stop() == 0
    found = copies(bank)
    assert sorted(found) == names
    assert all(len({copy.data for copy in each}) == 1 for each in found.values())
    assert all(row[0] is not None for row in kept(bank, "confirmed_at"))


def test_a_worker_refuses_tables_that_are_missing_in_one_line_that_says_what_to_run(
    bank: Bank,
) -> None:
    with bank.stack.open_database() as database, database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE churn_migrations, score_history, alert_state")
    code, said = run_to_its_end({**bank.environment, "CHURN_HISTORY__ENABLED": "true"})
    assert code == 1
    assert said.splitlines()[-1].startswith("churn: the score history's tables are at version 0")
    assert "run `churn migrate`" in said
    assert "Traceback" not in said


@pytest.mark.long
def test_a_worker_without_the_history_needs_none_of_its_tables(bank: Bank) -> None:
    with bank.stack.open_database() as database, database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE churn_migrations, score_history, alert_state")
    with bank.worker() as worker:
        publish(bank, 5)
        wait_settled(worker, 5)
        assert worker.stop() == 0


def test_the_image_can_migrate_as_a_job(bank: Bank) -> None:
    with bank.stack.open_database() as database, database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE churn_migrations, score_history, alert_state")
    checked, missing = run_to_its_end(bank.environment, "migrate", "--check")
    migrated, done = run_to_its_end(bank.environment, "migrate")
    assert (checked, migrated) == (1, 0)
    assert "missing 0001 score_history" in missing
    assert "applied 0001 score_history" in done
    assert kept(bank) == []


@pytest.mark.long
def test_a_customer_that_stays_at_risk_alerts_once_also_across_workers(bank: Bank) -> None:
    customers, days = bank.customers[:20], range(1, 6)
    crossing = {**HISTORY, "CHURN_ALERTS__POLICY": "crossing"}
    elsewhere = {"CHURN_API__PORT": str(free_port())}
    with bank.worker(**crossing) as first, bank.worker(**crossing, **elsewhere) as second:
        bank.publish(
            event(f"{customer}-{day}", f"2024-05-0{day}T09:30:00Z", id_client=customer)
            for day in days
            for customer in customers
        )
        total = len(customers) * len(days)
        wait_until(lambda: first.final() + second.final() >= total, timeout=60)
        assert first.stop() == second.stop() == 0
    alerted = [
        ChurnAlert.decode(each.data).id_client
        for each in bank.take_all(bank.stack.names.alert_watch)
    ]
    assert sorted(alerted) == sorted(customers)
    assert len(kept(bank)) == total
