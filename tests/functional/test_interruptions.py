"""Stopped, killed and cut off in the middle of the work: nothing is lost."""

from collections.abc import Iterator, Sequence

import pytest
from google.pubsub_v1.types import PubsubMessage

from tests.functional.bank import DEAD_STREAMS, Bank, event
from tests.pubsub_fixtures import embedded_only
from tests.wait import wait_until
from tests.worker_process import WorkerProcess

pytestmark = pytest.mark.functional

EVENTS = 2_000


def updates(customers: Sequence[int], count: int = EVENTS) -> Iterator[PubsubMessage]:
    for number in range(count):
        yield event(f"e-{number}", id_client=customers[number % len(customers)])


def wait_for_end(worker: WorkerProcess, count: int) -> None:
    wait_until(lambda: worker.final() >= count, timeout=90, what=f"the end of {count} events")


ALL_ALERT = {"CHURN_ALERTS__THRESHOLD": "0", "CHURN_BATCH__MAX_EVENTS": "20"}
EVERY_EVENT = {f"e-{number}" for number in range(EVENTS)}


def wait_for_every_alert(bank: Bank) -> None:
    """Receive until each event has alerted; one that never does ends in the puller's time-out."""
    found: set[str] = set()
    while found < EVERY_EVENT:
        found |= {alert.event_id for alert in bank.take_alerts(1)}
    assert found == EVERY_EVENT


@embedded_only
def test_a_database_that_is_away_costs_no_event_and_no_dead_letter(bank: Bank) -> None:
    with bank.worker() as worker:
        bank.stack.postgres.stop()
        try:
            bank.publish(updates(bank.customers))
            wait_until(lambda: worker.health()["state"] == "dependency down", timeout=30)
            assert "database" in worker.health()["down"]
            assert worker.probes() == (200, 503), "a hold is alive and not ready"
            assert worker.final() == 0
        finally:
            bank.stack.postgres.start()
        wait_for_end(worker, EVENTS)
        counts = worker.counts()
        wait_until(lambda: worker.health()["state"] == "idle")
        assert worker.probes() == (200, 200), "idle is healthy"
        assert worker.stop() == 0
    assert counts["dead_lettered"] == counts["retried"] == 0
    assert counts["alert"] + counts["silent"] == EVENTS


@pytest.mark.long
def test_a_database_that_is_away_for_a_minute_in_the_middle_costs_nothing(bank: Bank) -> None:
    with bank.worker() as worker:
        bank.publish(updates(bank.customers, EVENTS // 2))
        wait_until(lambda: worker.final() > 0, timeout=30)
        bank.stack.postgres.stop()
        try:
            bank.publish(updates(bank.customers, EVENTS // 2))
            wait_until(lambda: worker.held_seconds("database") >= 60, timeout=120)
        finally:
            bank.stack.postgres.start()
        wait_for_end(worker, EVENTS)
        counts = worker.counts()
        assert worker.stop() == 0
    assert counts["dead_lettered"] == counts["retried"] == 0
    assert counts["alert"] + counts["silent"] == EVENTS
    assert len(bank.take_alerts(counts["alert"])) == counts["alert"]


@pytest.mark.long  # of every change the minute of chaos shows it
def test_sigkill_loses_nothing(bank: Bank) -> None:
    bank.pubsub.skip_where_official(DEAD_STREAMS)
    bank.publish(updates(bank.customers))
    with bank.worker(**ALL_ALERT) as first:
        wait_until(lambda: first.final() > 0)
        assert first.probes() == (200, 200), "a backlog is healthy"
        first.kill()
    with bank.worker(**ALL_ALERT) as second:
        wait_for_every_alert(bank)
        assert second.stop() == 0


def test_a_stop_during_an_outage_gives_back_and_ends_in_time(bank: Bank) -> None:
    bank.pubsub.skip_where_official(DEAD_STREAMS)
    with bank.worker(CHURN_PUBSUB__DRAIN_SECONDS="1") as worker:
        bank.stack.postgres.stop()
        try:
            bank.publish(updates(bank.customers, 50))
            wait_until(lambda: worker.health()["state"] == "dependency down", timeout=30)
            assert worker.stop() == 0
        finally:
            bank.stack.postgres.start()
    with bank.worker() as second:
        wait_for_end(second, 50)
        assert second.counts()["dead_lettered"] == 0
