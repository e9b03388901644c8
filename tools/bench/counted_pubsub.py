"""The Pub/Sub server of a benchmark, as a process, and the question what is left to deliver."""

import shutil
import socket
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tools.emulator.server import Backlog
from tools.stack.environment import isolated
from tools.stack.part import Part
from tools.stack.server import Server, ServerFailed

ANSWER_SECONDS = 30.0


class CountedPubSub(Part):
    """The embedded server in a process of its own; ``address`` is there once it is started."""

    def __init__(self) -> None:
        self.address = ""
        self._closing = ExitStack()
        self._directory = Path(tempfile.mkdtemp(prefix="churn-bench-"))
        self._closing.callback(shutil.rmtree, self._directory)

    def start(self) -> None:
        """Start it, and wait until it serves.

        Raises:
            ServerFailed: it did not start.
        """
        command = [sys.executable, "-m", "tools.bench.pubsub_process"]
        log = self._directory / "log"
        server = Server("the Pub/Sub server", command, log=log, environment=isolated({}))
        self._closing.callback(server.stop)
        server.wait_ready(lambda: "ready" in log.read_text().splitlines())
        self.address, counting = log.read_text().splitlines()[0].split()
        host, _, port = counting.rpartition(":")
        connection = socket.create_connection((host, int(port)), timeout=ANSWER_SECONDS)
        self._connection = self._closing.enter_context(connection)
        self._answers = self._closing.enter_context(connection.makefile("r"))

    def backlog(self, subscription: str) -> Backlog:
        """Ask what a subscription, by its full name, has not had acknowledged.

        Raises:
            ServerFailed: the server has ended, or knows no such subscription.
        """
        try:
            self._connection.sendall(f"{subscription}\n".encode())
            answer = self._answers.readline().split()
        except OSError:
            answer = []
        if not answer:
            raise ServerFailed(f"the Pub/Sub server no longer says what {subscription} holds")
        return Backlog(int(answer[0]), int(answer[1]))

    def close(self) -> None:
        """Stop it; its messages are gone with it."""
        self._closing.close()
