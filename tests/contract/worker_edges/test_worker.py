"""A defect of the worker itself ends it, loudly, and gives everything back."""

import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from google.cloud.pubsub_v1 import PublisherClient

from consumer.dead_letter import RetryPolicy
from consumer.dead_letter_share import DeadLetterShare
from consumer.dispatch import Dispatch, Route
from consumer.health import Health
from consumer.hold import Hold
from consumer.message import Message
from consumer.pipeline import Judged, conclude, judge
from consumer.publisher import Publication, Publisher
from consumer.recording import Recording
from consumer.settlement import Settlement
from consumer.stages import Outcome
from consumer.stopping import StopSignal
from consumer.subscriber import FlowLimits, Inbox, Subscriber
from consumer.subscriber.client import open_client
from consumer.telemetry import Metrics
from consumer.worker import Worker
from tests.builders import POLICY, TOPIC, LogisticModel, RecordedProfiles, profile, update
from tests.functional.bank import DEAD_STREAMS
from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller
from tests.worker_world import Conclude, Judge

EVENTS = 20

Core = tuple[Judge, Conclude]


class DefectivePublisher(Publisher):
    """Publishes, but its confirmation has a defect."""

    def confirm(self, publication: Publication) -> str:
        raise ZeroDivisionError(publication)


def defective_judge(batch: Sequence[Message]) -> Judged:
    raise ZeroDivisionError(f"{len(batch)} messages")


def sound_judge(batch: Sequence[Message]) -> Judged:
    complete = RecordedProfiles({1: profile(1, age=70)})
    return judge(batch, topic=TOPIC, profiles=complete, model=LogisticModel(), policy=POLICY)


def defective_conclude(judged: Judged) -> list[Outcome]:
    raise ZeroDivisionError(f"{len(judged.batch)} messages")


def worker(
    subscription: str,
    topic: str,
    publisher: Publisher,
    core: Core,
    health: Health | None = None,
) -> Worker:
    stop = StopSignal(drain_seconds=5, clock=time.monotonic)
    health, metrics = health or Health(), Metrics()
    hold = Hold(stop, health=health, metrics=metrics, random_=random.Random(1))
    dispatch = Dispatch(
        publisher,
        Route(subscription, topic, topic),
        policy=POLICY,
        retry=RetryPolicy(max_attempts=4, max_age=timedelta(hours=1)),
        share=DeadLetterShare(max_share=1, window=10),
        now=lambda: datetime.now(UTC),
    )
    settlement = Settlement(
        publisher,
        dispatch,
        hold,
        health=health,
        metrics=metrics,
        now=lambda: datetime.now(UTC),
        clock=time.monotonic,
        when_failed=stop.request,
    )
    return Worker(
        subscriber=Subscriber(
            open_client(),
            subscription,
            streams=2,
            limits=FlowLimits(max_messages=100, max_bytes=1_000_000, max_lease_seconds=600),
            inbox=Inbox(max_events=5, max_bytes=1_000_000, linger=0),
            health=health,
        ),
        judge=core[0],
        recording=Recording(core[1], dispatch, settlement, hold, when_failed=stop.request),
        settlement=settlement,
        hold=hold,
        stop=stop,
    )


@pytest.mark.parametrize(
    ("kind", "core"),
    [
        (Publisher, (defective_judge, conclude)),
        pytest.param(Publisher, (sound_judge, defective_conclude), marks=pytest.mark.long),
        (DefectivePublisher, (sound_judge, conclude)),
    ],
    ids=["scoring", "recording", "settling"],
)
def test_a_defect_ends_the_worker_and_every_message_comes_again(
    *,
    pubsub: PubSub,
    subscription: Puller,
    publisher: PublisherClient,
    topic: str,
    kind: type[Publisher],
    core: Core,
) -> None:
    pubsub.skip_where_official(DEAD_STREAMS)
    alerts = publisher.create_topic(name=f"{topic}-alerts").name
    event = update(1)
    for _ in range(EVENTS):
        publisher.publish(topic, event.data, **event.attributes).result(timeout=10)
    publishing = kind(settings={})
    with pytest.raises(ZeroDivisionError):
        worker(subscription.name, alerts, publishing, core).run()
    publishing.close()
    assert len(subscription.pull(EVENTS, timeout=45)) == EVENTS
