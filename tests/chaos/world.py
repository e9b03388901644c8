"""The bank that a chaos run happens to: real servers, a bank's customers, real workers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import uuid4

from google.cloud.pubsub_v1 import PublisherClient
from google.pubsub_v1.types import DeadLetterPolicy, Subscription

from consumer.alerts import AlertPolicy
from consumer.message import OutgoingMessage
from tests.bank_data import CUSTOMERS, INDICATORS
from tests.chaos.events import Event
from tests.chaos.ledger import Found, Kept
from tests.chaos.scoring import alerts_of
from tests.functional.bank import Bank
from tests.pubsub_fixtures import PubSub
from tools.emulator.faults.control import FaultControl
from tools.sample import CUSTOMER_CSV, INDICATORS_CSV
from tools.stack.names import Names
from tools.stack.pubsub import PubSub as StackPubSub
from tools.stack.stack import Stack
from tools.tables_csv import read_customers, read_indicators
from tools.tables_sql import seed_tables
from tools.training import TrainedModel

ATTEMPTS_OF_SUBSCRIPTION = 100
"""The most that Pub/Sub takes: its own policy must not meddle with what the worker decides."""
ATTEMPTS_OF_WORKER = 8
"""An unknown customer is given up at this attempt."""
THRESHOLD = 0.3
"""Fixed, so that the test can tell silence from loss."""
WORKER = {
    "CHURN_ALERTS__THRESHOLD": str(THRESHOLD),
    "CHURN_PUBSUB__MAX_DELIVERY_ATTEMPTS": str(ATTEMPTS_OF_WORKER),
    "CHURN_PUBSUB__MAX_MESSAGES": "1000",
    "CHURN_PUBSUB__DRAIN_SECONDS": "5",
    "CHURN_BATCH__MAX_EVENTS": "25",
    "CHURN_DEAD_LETTERS__WINDOW_EVENTS": "10000",
}
"""Small batches, so that a kill finds work in every stage; a short drain, so that SIGTERM in an
outage gives work back; a wide window for the share of dead letters, because a worker that was just
started and meets the unknown customers of a backlog knows nothing of the events before them."""
CUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""


@dataclass(frozen=True)
class World:
    """Servers, the customers in the database, and what may make Pub/Sub misbehave."""

    bank: Bank
    faults: FaultControl | None
    """None where the server is not ours."""
    trained: TrainedModel

    @property
    def stack(self) -> Stack:
        """The servers."""
        return self.bank.stack

    @cached_property
    def publisher(self) -> PublisherClient:
        """Google's own client, as a CRM has it."""
        return self.bank.pubsub.publisher()

    def environment(self, settings: Mapping[str, str]) -> Mapping[str, str]:
        """Give the settings of a worker."""
        return {**self.stack.environment(), **WORKER, **settings}

    def scored(self, events: Sequence[Event]) -> dict[str, bytes]:
        """Give the alert's data of each event that must alert, by event id."""
        policy = AlertPolicy(threshold=THRESHOLD, deployment="local")
        with self.stack.open_database() as database:
            return alerts_of(events, database, self.trained, policy)

    def cut_connections(self) -> int:
        """End every session in the database but one's own; gives how many."""
        with self.stack.open_database() as database, database.engine.connect() as connection:
            return len(connection.exec_driver_sql(CUT).all())

    def collect(self, found: Found) -> None:
        """Take down every alert and dead letter that waits."""
        names = self.stack.names
        for message in self.bank.take_all(names.alert_watch):
            found.alert(message.data)
        for message in self.bank.take_all(names.dead_letter_watch):
            found.letter(OutgoingMessage(message.data, dict(message.attributes)))

    def kept(self) -> dict[str, Kept]:
        """Read the score history, by event id."""
        query = "SELECT event_id, alert, confirmed_at IS NOT NULL FROM score_history"
        with self.stack.open_database() as database, database.engine.connect() as connection:
            rows = connection.exec_driver_sql(query).all()
        kept = {event_id: Kept(alert, confirmed) for event_id, alert, confirmed in rows}
        assert len(kept) == len(rows), "an event is in the history twice"
        return kept

    def left_over(self) -> int:
        """Count the events that still wait, once no worker is there any more."""
        return len(self.bank.take_all(self.stack.names.subscription))


@contextmanager
def open_world(
    pubsub: PubSub, trained: TrainedModel, faults: FaultControl | None = None
) -> Iterator[World]:
    """Give a bank on a Pub/Sub server, with PostgreSQL and Cloud Storage of its own.

    Its customers are a real bank's where their data is here, else the sample's.
    """
    files = (CUSTOMERS, INDICATORS) if CUSTOMERS.exists() else (CUSTOMER_CSV, INDICATORS_CSV)
    names = Names.of_its_own(uuid4().hex[:8])
    with Stack(names=names, pubsub=StackPubSub(pubsub.address)) as stack:
        customers = seed(stack, *files)
        stack.put_model(trained.pickle, trained.manifest.model_dump_json().encode())
        allow_many_attempts(stack)
        yield World(Bank(stack, pubsub, customers), faults, trained)


def seed(stack: Stack, customers: Path, indicators: Path) -> tuple[int, ...]:
    """Put a bank's customers into the database; gives their ids."""
    rows = list(read_customers(customers))
    with stack.open_database() as database:
        seed_tables(database.engine, rows, list(read_indicators(indicators)))
    return tuple(row.id_client for row in rows)


def allow_many_attempts(stack: Stack) -> None:
    """Keep Pub/Sub's own dead letters out of what the worker decides."""
    names = stack.names
    policy = DeadLetterPolicy(
        dead_letter_topic=names.topic(names.dead_letter_topic),
        max_delivery_attempts=ATTEMPTS_OF_SUBSCRIPTION,
    )
    subscription = Subscription(
        name=names.subscription_path(names.subscription), dead_letter_policy=policy
    )
    stack.pubsub.subscriber.update_subscription(
        request={"subscription": subscription, "update_mask": {"paths": ["dead_letter_policy"]}}
    )
