"""A server as a child process that never outlives this one."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.errors import BadInput
from tools.stack import leash

START_SECONDS = 30
STOP_SECONDS = leash.GRACE_SECONDS + 5


class ServerFailed(BadInput):
    """A server of the local stack did not start; the text has the end of its log."""


class Server:
    """One running server: its process, on a leash, and its log file."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.log = log
        options = ["--signal", stop_signal.name] + ([] if user is None else ["--user", user])
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-I", leash.__file__, *options, "--", *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,  # Ctrl-C is for the stack, which stops servers in order
            )

    @property
    def process_id(self) -> int:
        """The process on whose leash the server is: the server is its only child."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process is there; it may not be ready yet."""
        return self._process.poll() is None

    def wait_ready(self, ready: Callable[[], bool], *, timeout: float = START_SECONDS) -> None:
        """Ask ``ready`` until it says yes.

        Raises:
            ServerFailed: the process ended, or ``timeout`` seconds went by.
        """
        deadline = time.monotonic() + timeout
        while not ready():
            if not self.running or time.monotonic() > deadline:
                what = "did not get ready in time" if self.running else "stopped at its start"
                self.stop()
                raise ServerFailed(f"{self.name} {what}: {self.last_words()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ask the server to stop, wait until it has, kill it if it does not. Twice is once."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def last_words(self) -> str:
        """Give the end of the log, on one line."""
        return last_words(self.log.read_text(errors="replace"))


def last_words(log: str) -> str:
    """Give the end of a log, on one line."""
    lines = [line for line in log.splitlines() if line.strip()]
    return " | ".join(lines[-5:]) or "its log is empty"
