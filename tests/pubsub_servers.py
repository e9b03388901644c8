"""The Pub/Sub servers that tests run on: the embedded one always, Google's where it is found.

``CHURN_TEST_SERVERS=embedded`` hides Google's official emulator. It is found by
``PUBSUB_EMULATOR_HOST``, or as the jar that gcloud installs, for which Java must be on the PATH.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import grpc

from tools.stack.official_pubsub import NotHere, official_command
from tools.stack.ports import free_port

Kind = Literal["embedded", "official"]
KINDS: tuple[Kind, ...] = ("embedded", "official")

STARTUP_SECONDS = 30.0


@contextmanager
def running(kind: Kind) -> Iterator[str]:
    """Give the address, ``HOST:PORT``, of a server that answers as long as the block lasts.

    Raises:
        NotHere: it is hidden, or not installed.
    """
    if kind == "embedded":
        with _embedded() as address:
            yield address
        return
    if os.environ.get("CHURN_TEST_SERVERS", "") == "embedded":
        raise NotHere("CHURN_TEST_SERVERS=embedded hides Google's emulator")
    if given := os.environ.get("PUBSUB_EMULATOR_HOST"):
        yield given
        return
    with _official() as address:
        yield address


@contextmanager
def _embedded() -> Iterator[str]:
    command = [sys.executable, "-m", "tools.emulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().rpartition("=")[2].strip()
            assert process.stdout.readline() == "ready\n", "the embedded emulator did not start"
            yield address
        finally:
            process.terminate()
            assert process.wait(timeout=10) == 0, "the embedded emulator did not stop cleanly"


@contextmanager
def _official() -> Iterator[str]:
    port = free_port()
    command = official_command(port)
    address = f"127.0.0.1:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until_it_answers(address)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=10)


def wait_until_it_answers(address: str) -> None:
    """Wait until a gRPC server accepts connections at ``address``."""
    with grpc.insecure_channel(address) as channel:
        grpc.channel_ready_future(channel).result(timeout=STARTUP_SECONDS)
