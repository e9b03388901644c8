"""What a test does at a bank: publish as the CRM, read as the alerting system."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from uuid import uuid4

import orjson
from google.pubsub_v1.types import PubsubMessage, ReceivedMessage

from schemas.alerts import ChurnAlert
from tests.builders import ce_attributes
from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller
from tests.worker_process import WorkerProcess, running_worker
from tools.sample import CUSTOMER_CSV, INDICATORS_CSV
from tools.stack.names import Names
from tools.stack.postgres import Postgres
from tools.stack.pubsub import PubSub as StackPubSub
from tools.stack.stack import Stack
from tools.stack.storage import Storage
from tools.tables_csv import read_customers, read_indicators
from tools.tables_sql import seed_tables
from tools.training import TrainedModel

MESSAGES_A_REQUEST = 500
DEAD_STREAMS = "it goes on sending to streams that have ended, with any client"
"""Seen in version 0.8.20: a second worker of a subscription gets only some of the messages."""


@dataclass(frozen=True)
class Bank:
    """A stack, the Pub/Sub server under it, and the customers in its database."""

    stack: Stack
    pubsub: PubSub
    customers: Sequence[int]

    @property
    def environment(self) -> Mapping[str, str]:
        """The settings of a worker at this bank."""
        return self.stack.environment()

    def worker(self, **settings: str) -> AbstractContextManager[WorkerProcess]:
        """Run a worker; ``settings`` are more environment variables."""
        return running_worker(self.environment, **settings)

    def publish(self, messages: Iterable[PubsubMessage]) -> int:
        """Publish to the input topic as Google's own client does; gives how many."""
        names, waiting = self.stack.names, list(messages)
        topic = names.topic(names.input_topic)
        for start in range(0, len(waiting), MESSAGES_A_REQUEST):
            part = waiting[start : start + MESSAGES_A_REQUEST]
            self.stack.pubsub.publisher.publish(topic=topic, messages=part)
        return len(waiting)

    def take_alerts(self, count: int) -> list[ChurnAlert]:
        """Receive and acknowledge ``count`` alerts."""
        received = self.take(self.stack.names.alert_watch, count)
        return [ChurnAlert.model_validate_json(each.data) for each in received]

    def take_dead_letters(self, count: int) -> list[PubsubMessage]:
        """Receive and acknowledge ``count`` dead letters."""
        return self.take(self.stack.names.dead_letter_watch, count)

    def has_more_alerts(self) -> bool:
        """Whether an alert comes within a moment."""
        return bool(self._puller(self.stack.names.alert_watch).pull_once())

    def has_more_dead_letters(self) -> bool:
        """Whether a dead letter comes within a moment."""
        return bool(self._puller(self.stack.names.dead_letter_watch).pull_once())

    def take_all(self, subscription: str) -> list[PubsubMessage]:
        """Receive and acknowledge everything that waits in a subscription."""
        puller = self._puller(subscription)
        received: list[ReceivedMessage] = []
        while part := puller.pull_once(1_000):
            puller.ack(part)
            received.extend(part)
        return [each.message for each in received]

    def take(self, subscription: str, count: int) -> list[PubsubMessage]:
        """Receive and acknowledge ``count`` messages of a subscription."""
        puller = self._puller(subscription)
        received: list[ReceivedMessage] = []
        while len(received) < count:
            part = puller.pull(min(100, count - len(received)), timeout=60)
            puller.ack(part)
            received.extend(part)
        return [each.message for each in received]

    def _puller(self, subscription: str) -> Puller:
        path = self.stack.names.subscription_path(subscription)
        return Puller(self.stack.pubsub.subscriber, path)


@contextmanager
def open_bank(
    pubsub: PubSub, postgres: Postgres, storage: Storage | None, trained: TrainedModel
) -> Iterator[Bank]:
    """Give a bank with the sample's customers and model, and topics of its own, on servers."""
    stack = Stack(
        names=Names.of_its_own(uuid4().hex[:8]),
        pubsub=StackPubSub(pubsub.address),
        postgres=postgres,
        storage=storage,
    )
    with stack, stack.open_database() as database:
        customers = list(read_customers(CUSTOMER_CSV))
        seed_tables(database.engine, customers, list(read_indicators(INDICATORS_CSV)))
        stack.put_model(trained.pickle, trained.manifest.model_dump_json().encode())
        yield Bank(stack, pubsub, tuple(row.id_client for row in customers))


def bare(**fields: object) -> PubsubMessage:
    """Build an event without a CloudEvent around it."""
    return PubsubMessage(data=orjson.dumps(fields))


def event(event_id: str, time: str = "2024-05-01T09:30:00Z", **fields: object) -> PubsubMessage:
    """Build an event in CloudEvents binary mode."""
    return PubsubMessage(data=orjson.dumps(fields), attributes=ce_attributes(event_id, time))
