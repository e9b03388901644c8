"""What the probes would be told of a real worker that gets stuck, and of one that moves again."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from google.cloud.pubsub_v1 import PublisherClient

from consumer.health import Health, State
from consumer.message import Message
from consumer.pipeline import Judged, conclude
from consumer.publisher import Publication, Publisher
from consumer.stages import Outcome
from consumer.worker import Worker
from tests.builders import update
from tests.contract.worker_edges.test_worker import sound_judge, worker
from tests.pubsub_fixtures import embedded_only
from tests.pubsub_puller import Puller
from tests.wait import wait_until

EVENTS = 20
STALL_SECONDS = 0.2

pytestmark = embedded_only


@pytest.fixture
def send(publisher: PublisherClient, topic: str) -> Callable[[], None]:
    """Give what publishes some events."""

    def publish() -> None:
        event = update(1)
        for _ in range(EVENTS):
            publisher.publish(topic, event.data, **event.attributes).result(timeout=10)

    return publish


@contextmanager
def working(running: Worker) -> Iterator[Health]:
    """Let a worker work on a thread; give its health."""
    failed: list[BaseException] = []

    def work() -> None:
        try:
            running.run()
        except BaseException as error:  # noqa: BLE001 - raised again below
            failed.append(error)

    thread = threading.Thread(target=work)
    running.hold.health.started()
    thread.start()
    wait_until(lambda: running.hold.health.report().open_streams > 0, what="an open stream")
    yield running.hold.health
    running.stop.request()
    thread.join()
    assert failed == []


class StuckPublisher(Publisher):
    """Publishes, but confirms nothing until its gate opens."""

    def __init__(self, gate: threading.Event) -> None:
        super().__init__(settings={})
        self._gate = gate

    def confirm(self, publication: Publication) -> str:
        assert self._gate.wait(60)
        return super().confirm(publication)


@pytest.mark.parametrize("stuck", ["scoring", "recording", "settling"])
def test_a_worker_that_is_stuck_asks_for_a_restart_until_it_moves_again(
    subscription: Puller,
    publisher: PublisherClient,
    topic: str,
    send: Callable[[], None],
    stuck: str,
) -> None:
    gate = threading.Event()

    def judge(batch: Sequence[Message]) -> Judged:
        assert stuck != "scoring" or gate.wait(60)
        return sound_judge(batch)

    def record(judged: Judged) -> list[Outcome]:
        assert stuck != "recording" or gate.wait(60)
        return conclude(judged)

    alerts = publisher.create_topic(name=f"{topic}-alerts").name
    publishing = StuckPublisher(gate) if stuck == "settling" else Publisher(settings={})
    health = Health(stall_seconds=STALL_SECONDS)
    with working(worker(subscription.name, alerts, publishing, (judge, record), health)):
        assert health.report().state is State.IDLE
        send()
        wait_until(lambda: not health.report().live, what="the call for a restart")
        report = health.report()
        assert (report.state, report.ready) == (State.STALLED, False)
        assert "messages held, none settled for 0.2 s" in report.detail
        gate.set()
        wait_until(lambda: health.report().state is State.IDLE, what="the end of the work")
        assert health.report().live
    publishing.close()
