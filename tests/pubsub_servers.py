"""The Pub/Sub servers that tests run on: the embedded one always, Google's where it is found.

``CHURN_TEST_SERVERS=embedded`` hides Google's official emulator. It is found by
``PUBSUB_EMULATOR_HOST``, or as the jar that gcloud installs, for which Java must be on the PATH.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import grpc

from tools.stack.ports import free_port

Kind = Literal["embedded", "official"]
KINDS: tuple[Kind, ...] = ("embedded", "official")

STARTUP_SECONDS = 30.0

_JARS = "platform/pubsub-emulator/lib/*.jar"
_SDK_ROOTS = (
    "/usr/lib/google-cloud-sdk",
    "/usr/share/google-cloud-sdk",
    "/opt/google-cloud-sdk",
    "/usr/local/google-cloud-sdk",
    "/snap/google-cloud-cli/current",
    "~/google-cloud-sdk",
)


class NotHere(Exception):
    """This server cannot run on this machine; the text says what is missing."""


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
    with _official(official_jar()) as address:
        yield address


def official_jar() -> Path:
    """Find the jar of Google's emulator.

    Raises:
        NotHere: there is none, or no Java to run it.
    """
    if shutil.which("java") is None:
        raise NotHere("Google's emulator needs java on the PATH")
    for root in _sdk_roots():
        for jar in sorted(root.glob(_JARS), reverse=True):
            return jar
    raise NotHere("Google's emulator is not installed (gcloud components install pubsub-emulator)")


def _sdk_roots() -> Iterator[Path]:
    """Where gcloud may be; asking gcloud itself takes seconds."""
    if gcloud := shutil.which("gcloud"):
        yield Path(gcloud).resolve().parent.parent
    for root in _SDK_ROOTS:
        yield Path(root).expanduser()


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
def _official(jar: Path) -> Iterator[str]:
    port = free_port()
    command = ["java", "-jar", str(jar), "--host=127.0.0.1", f"--port={port}"]
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
