"""The servers that are compared: the embedded one, Google's, and any that runs already."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.bench.memory import children_resident
from tools.stack.environment import isolated
from tools.stack.official_pubsub import official_command, official_jar
from tools.stack.part import Part
from tools.stack.ports import free_port
from tools.stack.server import Server

EMBEDDED, OFFICIAL = "embedded", "official"


@dataclass(frozen=True, slots=True)
class Contender:
    """What is compared: a command to start anew in each round, or the address of what runs."""

    name: str
    command: Callable[[int], Sequence[str]] | None = None
    address: str = ""


class BenchServer(Part):
    """One server for one round; a process of ours, if its contender has a command."""

    def __init__(self, contender: Contender) -> None:
        self.name = contender.name
        self.address = contender.address or f"127.0.0.1:{free_port()}"
        self._command = contender.command
        self._directory = Path(tempfile.mkdtemp(prefix="churn-bench-"))
        self._server: Server | None = None

    @property
    def ours(self) -> bool:
        """Whether it is a process of ours, of which start and memory can be measured."""
        return self._command is not None

    def start(self) -> None:
        """Start the process, without waiting for it."""
        if self._command is not None:
            port = int(self.address.rpartition(":")[2])
            self._server = Server(
                f"the {self.name} server",
                self._command(port),
                log=self._directory / "log",
                environment=isolated({}),
            )

    def resident(self) -> float | None:
        """Give the resident memory in MiB; None where it cannot be asked for."""
        return None if self._server is None else children_resident(self._server.process_id)

    def close(self) -> None:
        """Stop the process if it is ours."""
        if self._server is not None:
            self._server.stop()
        shutil.rmtree(self._directory)


def embedded() -> Contender:
    """The embedded emulator."""
    return Contender(EMBEDDED, _embedded_command)


def official() -> Contender:
    """Google's emulator.

    Raises:
        NotHere: it is not installed, or there is no Java to run it.
    """
    official_jar()
    return Contender(OFFICIAL, official_command)


def _embedded_command(port: int) -> list[str]:
    return [sys.executable, "-m", "tools.emulator", "--port", str(port)]
