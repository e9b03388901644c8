"""A dependency is away for as long as it takes: the worker waits, says for what, and costs nothing.

Nothing is retried or dead-lettered, nobody spins, memory stays flat, and it catches up by itself.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.functional.bank import Bank, event, open_bank
from tests.pubsub_fixtures import PubSub
from tests.wait import wait_until
from tests.worker_process import WorkerProcess
from tools.emulator import serve
from tools.emulator.faults.control import FaultControl
from tools.stack.postgres import Postgres
from tools.stack.storage import Storage
from tools.training import TrainedModel

pytestmark = pytest.mark.functional

MAY_HOLD = 1_000
BACKLOG = 10 * MAY_HOLD
HELD_SECONDS = 30
CPU_SECONDS = 0.1 * HELD_SECONDS
"""Trying again and extending the leases of what is held takes less than 1 s; spinning takes all."""
MEMORY_GROWTH = 15 * 2**20
"""Bytes. What comes beyond the first moments of an outage must not be taken in: the backlog alone
is more than this as the client holds it."""


@dataclass(frozen=True)
class Place:
    """A bank on a server that misbehaves as it is told."""

    bank: Bank
    faults: FaultControl
    storage: Storage


@pytest.fixture
def place(postgres: Postgres, storage: Storage | None, trained: TrainedModel) -> Iterator[Place]:
    if storage is None:
        pytest.skip("there is no Cloud Storage server for this machine")
    with (
        serve(seed=1) as running,
        closing(PubSub("embedded", running.address)) as pubsub,
        open_bank(pubsub, postgres, storage, trained) as bank,
    ):
        yield Place(bank, running.faults, storage)


@contextmanager
def without_database(place: Place) -> Iterator[None]:
    postgres = place.bank.stack.postgres
    postgres.stop()
    try:
        yield
    finally:
        postgres.start()


@contextmanager
def without_alert_topic(place: Place) -> Iterator[None]:
    with place.faults.fail("Publish", topic=place.bank.stack.names.alert_topic):
        yield


@contextmanager
def without_storage(place: Place) -> Iterator[None]:
    place.storage.stop()
    try:
        yield
    finally:
        place.storage.start()


Outage = Callable[[Place], AbstractContextManager[None]]


def waits_for(worker: WorkerProcess, dependency: str) -> bool:
    try:
        health = worker.health()
    except (URLError, ConnectionError):  # it has no port yet
        return False
    return health["state"] == "dependency down" and dependency in health["down"]


def publish(place: Place, count: int, first: int = 0) -> None:
    customers = place.bank.customers
    place.bank.publish(
        event(f"e-{number}", id_client=customers[number % len(customers)])
        for number in range(first, first + count)
    )


def require_that_nothing_was_lost(place: Place, worker: WorkerProcess, count: int) -> None:
    wait_until(lambda: worker.final() >= count, timeout=120, what=f"the end of {count} events")
    counts = worker.counts()
    assert counts["dead_lettered"] == counts["retried"] == 0
    assert counts["alert"] + counts["silent"] == count
    ids = [alert.alert_id for alert in place.bank.take_alerts(counts["alert"])]
    assert len(set(ids)) == counts["alert"]
    wait_until(lambda: worker.probes() == (200, 200), what="health after the outage")


@pytest.mark.long
@pytest.mark.parametrize(
    ("dependency", "outage"),
    [("database", without_database), ("pubsub", without_alert_topic)],
)
def test_an_outage_in_the_middle_is_waited_out_at_no_cost(
    place: Place, dependency: str, outage: Outage
) -> None:
    with place.bank.worker(CHURN_PUBSUB__MAX_MESSAGES=str(MAY_HOLD)) as worker:
        publish(place, MAY_HOLD)
        wait_until(lambda: worker.final() == MAY_HOLD, timeout=60)
        with outage(place):
            publish(place, BACKLOG, first=MAY_HOLD)
            wait_until(lambda: waits_for(worker, dependency), timeout=60)
            wait_until(lambda: worker.held_seconds(dependency) >= 1, timeout=60)
            before, began_at = worker.usage(), worker.held_seconds(dependency)
            wait_until(
                lambda: worker.held_seconds(dependency) >= began_at + HELD_SECONDS,
                timeout=3 * HELD_SECONDS,
                every=2,
            )
            after = worker.usage()
            assert waits_for(worker, dependency)
            assert worker.probes() == (200, 503), "a hold is alive and not ready"
        require_that_nothing_was_lost(place, worker, MAY_HOLD + BACKLOG)
    assert after.cpu_seconds - before.cpu_seconds < CPU_SECONDS
    assert after.resident_bytes - before.resident_bytes < MEMORY_GROWTH


@pytest.mark.parametrize(
    ("dependency", "outage"),
    [("database", without_database), ("storage", without_storage)],
)
def test_a_worker_that_starts_in_an_outage_says_what_it_waits_for_and_catches_up(
    place: Place, dependency: str, outage: Outage, tmp_path: Path
) -> None:
    publish(place, 100)
    with outage(place):
        worker = WorkerProcess(place.bank.environment, tmp_path / "log")
        wait_until(lambda: waits_for(worker, dependency), timeout=60)
        assert worker.probes() == (200, 503), "what waits for a part is alive and not ready"
    require_that_nothing_was_lost(place, worker, 100)
    assert worker.stop() == 0
