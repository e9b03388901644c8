"""Pub/Sub itself is killed, started again, or says nothing for longer than a lease lasts."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing

import pytest
from google.pubsub_v1.types import PubsubMessage

from schemas.alerts import ChurnAlert
from tests.functional.bank import Bank, event, open_bank
from tests.pubsub_fixtures import PubSub
from tests.pubsub_servers import wait_until_it_answers
from tests.wait import wait_until
from tests.worker_process import WorkerProcess
from tools.stack.ports import free_port
from tools.stack.postgres import Postgres
from tools.stack.storage import Storage
from tools.training import TrainedModel

pytestmark = [pytest.mark.functional, pytest.mark.long]

EVENTS = 2_000


class Emulator:
    """The embedded server on a port of its own, where it can be started again."""

    def __init__(self) -> None:
        self._port = free_port()
        self.address = f"127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "tools.emulator", "--port", str(self._port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until_it_answers(self.address)

    def kill(self) -> None:
        """End it with everything that it holds."""
        self._process.kill()
        self._process.wait()

    def pause(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    server = Emulator()
    yield server
    server.kill()


@pytest.fixture
def bank(
    emulator: Emulator, postgres: Postgres, storage: Storage | None, trained: TrainedModel
) -> Iterator[Bank]:
    """Give a bank on that emulator."""
    with (
        closing(PubSub("embedded", emulator.address)) as server,
        open_bank(server, postgres, storage, trained) as opened,
    ):
        yield opened


def updates(customers: Sequence[int], prefix: str = "e") -> Iterator[PubsubMessage]:
    for number in range(EVENTS):
        yield event(f"{prefix}-{number}", id_client=customers[number % len(customers)])


def is_down(worker: WorkerProcess) -> bool:
    return bool(worker.health()["state"] == "dependency down")


def test_a_server_that_lost_everything_is_worked_with_again(bank: Bank, emulator: Emulator) -> None:
    expected = {f"again-{number}" for number in range(EVENTS)}
    with bank.worker(CHURN_ALERTS__THRESHOLD="0", CHURN_BATCH__MAX_EVENTS="50") as worker:
        bank.publish(updates(bank.customers))
        wait_until(lambda: worker.final() > 0, timeout=30)
        emulator.kill()
        wait_until(lambda: is_down(worker), timeout=60)
        assert worker.health()["live"]
        emulator.start()
        bank.stack.pubsub.create(bank.stack.names)
        bank.publish(updates(bank.customers, "again"))
        found: set[str] = set()
        while not expected <= found:
            found |= {alert.event_id for alert in bank.take_alerts(1)}
        assert worker.counts()["dead_lettered"] == 0
        assert worker.stop() == 0


def test_a_silence_longer_than_a_lease_loses_nothing_and_copies_of_an_alert_are_equal(
    bank: Bank, emulator: Emulator
) -> None:
    with bank.worker(CHURN_ALERTS__THRESHOLD="0", CHURN_BATCH__MAX_EVENTS="50") as worker:
        bank.publish(updates(bank.customers))
        wait_until(lambda: worker.final() > 0, timeout=30)
        emulator.pause()
        try:
            wait_until(lambda: worker.held_seconds("pubsub") >= 15, timeout=120)
            assert worker.health()["live"]
        finally:
            emulator.resume()
        wait_until(lambda: worker.final() >= EVENTS, timeout=90)
        wait_until(lambda: worker.health()["state"] == "idle", timeout=60)
        assert worker.counts()["dead_lettered"] == 0
        assert worker.stop() == 0
    alerts = {each.data for each in bank.take_all(bank.stack.names.alert_watch)}
    assert len(alerts) == EVENTS
    assert len({ChurnAlert.decode(each).event_id for each in alerts}) == EVENTS


@pytest.mark.parametrize("ordering", ["false", "true"])
def test_a_stop_while_alerts_cannot_be_confirmed_ends_in_time(
    bank: Bank, emulator: Emulator, ordering: str
) -> None:
    with bank.worker(
        CHURN_ALERTS__THRESHOLD="0",
        CHURN_ALERTS__ORDERING=ordering,
        CHURN_BATCH__MAX_EVENTS="50",
        CHURN_PUBSUB__DRAIN_SECONDS="1",
    ) as worker:
        bank.publish(updates(bank.customers))
        wait_until(lambda: worker.final() > 0, timeout=30)
        emulator.pause()
        try:
            wait_until(lambda: is_down(worker), timeout=60)
            assert worker.stop() == 0
        finally:
            emulator.resume()
