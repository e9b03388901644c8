"""A pytest plugin: a Pub/Sub server for the tests of any project that uses Google's clients.

A project asks for it in its ``conftest.py``::

    pytest_plugins = ["tools.emulator.pytest_plugin"]

and its tests take ``pubsub_emulator``, and ``pubsub_faults`` to make it misbehave::

    def test_a_publish_is_tried_again(pubsub_emulator, pubsub_faults):
        fault = pubsub_faults.fail("Publish", times=3)
        publish_with_my_program(pubsub_emulator.project)
        assert fault.injected == 3
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest

from tools.emulator.background import Running, serve
from tools.emulator.faults.control import FaultControl


@dataclass(frozen=True, slots=True)
class Emulator:
    """A Pub/Sub server at ``address``, as HOST:PORT, and the id of a project that is empty."""

    address: str
    project: str


@pytest.fixture(scope="session")
def pubsub_emulator_server() -> Iterator[Running]:
    """Give the session's server; tests take ``pubsub_emulator``."""
    with serve() as running:
        yield running


@pytest.fixture
def pubsub_emulator(pubsub_emulator_server: Running, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """Give a Pub/Sub server and a fresh project; PUBSUB_EMULATOR_HOST is set for the test."""
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", pubsub_emulator_server.address)
    return Emulator(pubsub_emulator_server.address, f"test-{uuid4().hex[:20]}")


@pytest.fixture
def pubsub_faults(pubsub_emulator_server: Running) -> Iterator[FaultControl]:
    """Give what makes the server misbehave; whatever a test sets ends with it at the latest."""
    yield pubsub_emulator_server.faults
    pubsub_emulator_server.faults.end_all()
