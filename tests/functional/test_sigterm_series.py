"""SIGTERM again and again, at moments that nobody chose, while there is always more to do."""

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from google.pubsub_v1.types import PubsubMessage

from schemas.alerts import ChurnAlert
from tests.functional.bank import Bank, event
from tests.pubsub_fixtures import embedded_only
from tests.wait import wait_until
from tests.worker_process import WorkerProcess
from tools.stack.ports import free_port

pytestmark = pytest.mark.functional

SEED = 9
A_ROUND = 300
"""Events published in each round."""
IN_FLIGHT = 100
GRACE_SECONDS = 15.0
"""By how much the pod's grace period must be longer than ``pubsub.drain_seconds``."""
DRAINS = (0.05, 20.0)
"""Hardly any time to finish, and enough."""
WORKER = {
    "CHURN_ALERTS__THRESHOLD": "0",
    "CHURN_BATCH__MAX_EVENTS": "20",
    "CHURN_PUBSUB__MAX_MESSAGES": str(IN_FLIGHT),
}


class Crm:
    """Publishes events of which each has a number; any thread."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self.published: set[str] = set()

    def publish(self, lane: int, number: int) -> None:
        """Publish the events of one round."""
        messages = list(self._events(f"{lane}-{number}"))
        self.published |= {each.attributes["ce-id"] for each in messages}
        self._bank.publish(messages)

    def _events(self, name: str) -> Iterator[PubsubMessage]:
        for each in range(A_ROUND):
            yield event(f"{name}-{each}", id_client=self._bank.customers[each])


@contextmanager
def started(bank: Bank, drain_seconds: float) -> Iterator[WorkerProcess]:
    """Start a worker, ready or not."""
    with tempfile.TemporaryDirectory() as directory:
        own = {
            "CHURN_API__PORT": str(free_port()),
            "CHURN_PUBSUB__DRAIN_SECONDS": str(drain_seconds),
        }
        worker = WorkerProcess({**bank.environment, **WORKER, **own}, Path(directory) / "log")
        try:
            yield worker
        finally:
            if worker.exit_code is None:
                worker.kill()


def wait_for_moment(worker: WorkerProcess, random_: random.Random) -> None:
    """Wait until it is starting, or has done so many events."""
    if random_.random() < 0.2:
        wait_until(lambda: worker.catches_sigterm, timeout=30, what="the handler of SIGTERM")
        return
    worker.wait_ready()
    done = random_.randrange(A_ROUND)
    wait_until(lambda: worker.final() >= done, timeout=60, what=f"the end of {done} events")


def one_round(bank: Bank, crm: Crm, random_: random.Random, lane: int, number: int) -> None:
    crm.publish(lane, number)
    drain_seconds = random_.choice(DRAINS)
    with started(bank, drain_seconds) as worker:
        wait_for_moment(worker, random_)
        worker.terminate()
        assert worker.wait(drain_seconds + GRACE_SECONDS) == 0, worker.log


def series(bank: Bank, crm: Crm, rounds: int) -> Callable[[int], None]:
    def run(lane: int) -> None:
        random_ = random.Random(SEED + lane)
        for number in range(rounds):
            one_round(bank, crm, random_, lane, number)

    return run


def all_alerts(bank: Bank, published: set[str]) -> Counter[str]:
    """Let a last worker do what is left; give how often each event has alerted."""
    copies: Counter[str] = Counter()

    def each_has_alerted() -> bool:
        received = bank.take_all(bank.stack.names.alert_watch)
        copies.update(ChurnAlert.decode(each.data).event_id for each in received)
        return copies.keys() >= published

    with started(bank, max(DRAINS)) as worker:
        wait_until(each_has_alerted, timeout=300, what="an alert of each event")
        assert worker.stop() == 0
    each_has_alerted()
    return copies


@pytest.mark.parametrize(
    ("lanes", "rounds"),
    [(1, 2), pytest.param(2, 100, marks=pytest.mark.long)],
    ids=["3 times", "201 times"],
)
@embedded_only
def test_sigterm_loses_nothing_and_repeats_no_more_than_was_in_flight(
    bank: Bank, lanes: int, rounds: int
) -> None:
    crm = Crm(bank)
    with ThreadPoolExecutor(lanes) as threads:
        for ended in [threads.submit(series(bank, crm, rounds), lane) for lane in range(lanes)]:
            ended.result()
    copies = all_alerts(bank, crm.published)
    assert copies.keys() == crm.published
    assert copies.total() - len(copies) <= lanes * rounds * IN_FLIGHT
    assert not bank.has_more_dead_letters()
