"""A consumer as a process of its own, started as in production."""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import requests

from tools.bench.process_usage import ProcessUsage, only_child, usage_of
from tools.stack.environment import isolated
from tools.stack.server import Server, ServerFailed
from tools.terminal import Interruption

ANSWER_SECONDS = 10.0
LOOK_SECONDS = 0.01


class ConsumerProcess:
    """``python -m MODULE`` with the settings of a stack; a context manager."""

    def __init__(self, name: str, module: str, environment: Mapping[str, str]) -> None:
        self._name = name
        self._address = f"http://127.0.0.1:{environment['CHURN_API__PORT']}"
        self._directory = Path(tempfile.mkdtemp(prefix="churn-bench-"))
        self._server = Server(
            name,
            [sys.executable, "-m", module],
            log=self._directory / "log",
            environment=isolated(environment),
        )

    def usage(self) -> ProcessUsage:
        """What it has used so far.

        Raises:
            UsageUnknown: it has ended.
        """
        return usage_of(only_child(self._server.process_id))

    def require_running(self) -> None:
        """Check that it has not ended by itself.

        Raises:
            ServerFailed: it has; the text has the end of its log.
        """
        if not self._server.running:
            raise ServerFailed(f"{self._name} ended by itself: {self._server.last_words()}")

    @property
    def log(self) -> str:
        """What it has written so far."""
        return self._server.log.read_text(errors="replace")

    def is_ready(self) -> bool:
        """Whether ``/readyz`` says yes; a process that does not answer is not ready."""
        try:
            return requests.get(f"{self._address}/readyz", timeout=ANSWER_SECONDS).ok
        except requests.RequestException:
            return False

    def metrics(self) -> str:
        """What ``/metrics`` says.

        Raises:
            ServerFailed: it does not answer.
        """
        try:
            return requests.get(f"{self._address}/metrics", timeout=ANSWER_SECONDS).text
        except requests.RequestException:
            raise ServerFailed(f"{self._name} does not answer on /metrics") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it by SIGTERM, as Kubernetes does."""
        self._server.stop()
        shutil.rmtree(self._directory)


def pausing(
    ending: Interruption, processes: Sequence[ConsumerProcess], seconds: float = LOOK_SECONDS
) -> Callable[[], None]:
    """Give what waits a moment between two looks at processes.

    It raises KeyboardInterrupt where Ctrl-C or SIGTERM came, and ServerFailed where one of them
    has ended by itself.
    """

    def pause() -> None:
        ending.check()
        for process in processes:
            process.require_running()
        time.sleep(seconds)

    return pause
