"""The worker's edges find the server as in production: by the environment."""

import pytest

from tests.pubsub_fixtures import PubSub


@pytest.fixture(autouse=True)
def _server(pubsub: PubSub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", pubsub.address)
