"""A real Cloud Storage server for these tests, and a scripted one."""

import threading
from collections.abc import Iterator
from itertools import count

import pytest

from tests.contract.storage.answers import Answers
from tools.stack.storage import Storage

_numbers = count()


@pytest.fixture(scope="session")
def storage() -> Iterator[Storage]:
    if not Storage.available():
        pytest.skip("there is no Cloud Storage server for this machine: its wheel is for Linux x64")
    with Storage() as server:
        yield server


@pytest.fixture
def bucket(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> str:
    """A fresh bucket, on the server that the client's environment names."""
    storage.start()
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage.address)
    name = f"models-{next(_numbers)}"
    storage.create_bucket(name)
    return name


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    scripted = Answers()
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", scripted.address)
    thread = threading.Thread(target=scripted.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield scripted
    scripted.server.shutdown()
    thread.join()
    scripted.server.server_close()
