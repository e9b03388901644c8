"""A bank to work in: real servers, the sample's customers and model, topics of its own."""

from collections.abc import Iterator

import pytest

from tests.functional.bank import Bank, open_bank
from tests.pubsub_fixtures import PubSub
from tools.sample import sample_model
from tools.stack.postgres import Postgres
from tools.stack.storage import Storage
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
    with open_bank(pubsub, postgres, storage, trained) as opened:
        yield opened
