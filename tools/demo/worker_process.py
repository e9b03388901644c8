"""The worker as a process of its own, started as in production."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import requests
from prometheus_client.parser import text_string_to_metric_families

from tools.errors import BadInput
from tools.stack.environment import isolated
from tools.stack.server import Server
from tools.terminal import Interruption

START_SECONDS = 60.0
ANSWER_SECONDS = 5.0


class WorkerFailed(BadInput):
    """The worker ended, or does not answer."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Final deliveries, as the worker's metrics count them."""

    alert: int = 0
    silent: int = 0
    already_settled: int = 0
    dead_lettered: int = 0
    retried: int = 0
    violations: int = 0

    @property
    def settled(self) -> int:
        """How many do not come again."""
        return self.alert + self.silent + self.already_settled + self.dead_lettered


class WorkerProcess:
    """``python -m consumer`` with the settings of a stack, and nobody else's."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._address = f"http://127.0.0.1:{environment['CHURN_API__PORT']}"
        self._server = Server(
            "the worker",
            [sys.executable, "-m", "consumer"],
            log=log,
            environment=isolated(environment),
        )

    def wait_ready(self, ending: Interruption) -> None:
        """Ask ``/readyz`` until it says yes.

        Raises:
            ServerFailed: the worker ended, or took too long.
            KeyboardInterrupt: nobody wants to wait any longer.
        """

        def is_ready() -> bool:
            ending.check()
            return self._is_ready()

        self._server.wait_ready(is_ready, timeout=START_SECONDS)

    def counts(self) -> Counts:
        """Read ``/metrics``.

        Raises:
            WorkerFailed: the worker is gone.
        """
        try:
            text = requests.get(f"{self._address}/metrics", timeout=ANSWER_SECONDS).text
        except requests.RequestException:
            raise WorkerFailed("the worker no longer answers") from None
        return counts_of(text)

    def require_running(self) -> None:
        """Raise WorkerFailed where the worker has ended by itself."""
        if not self._server.running:
            raise WorkerFailed("the worker ended by itself")

    def _is_ready(self) -> bool:
        try:
            return requests.get(f"{self._address}/readyz", timeout=ANSWER_SECONDS).ok
        except requests.RequestException:
            return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it by SIGTERM, as Kubernetes does."""
        self._server.stop()


def counts_of(metrics: str) -> Counts:
    """Pick the counts out of a page of metrics (Prometheus text format)."""
    found: dict[str, int] = {}
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples:
            if sample.name == "churn_events_total":
                found[sample.labels["outcome"]] = int(sample.value)
            elif sample.name == "churn_conservation_violations_total":
                found["violations"] = int(sample.value)
    return Counts(**found)
