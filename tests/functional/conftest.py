"""A bank to work in: real servers, the sample's customers and model, topics of its own."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.functional.bank import Bank
from tests.pubsub_fixtures import PubSub
from tools.sample import CUSTOMER_CSV, INDICATORS_CSV, sample_model
from tools.stack.names import Names
from tools.stack.postgres import Postgres
from tools.stack.pubsub import PubSub as StackPubSub
from tools.stack.stack import Stack
from tools.stack.storage import Storage
from tools.tables_csv import read_customers, read_indicators
from tools.tables_sql import seed_tables
from tools.training import TrainedModel


@pytest.fixture(scope="session")
def storage() -> Iterator[Storage | None]:
    """Give the session's Cloud Storage; None where there is no server for this machine."""
    if not Storage.available():
        yield None
        return
    with Storage() as server:
        yield server


@pytest.fixture(scope="session")
def trained() -> TrainedModel:
    """Give the sample's model, trained once."""
    return sample_model()


@pytest.fixture
def bank(
    pubsub: PubSub, postgres: Postgres, storage: Storage | None, trained: TrainedModel
) -> Iterator[Bank]:
    """Give a bank on each Pub/Sub server, with nothing in its topics."""
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
