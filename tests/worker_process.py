"""The worker as a process of its own.

It is forked from a template, which saves the imports of each. The demo's tests start one exactly as
in production.
"""

import json
import re
import signal
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.wait import wait_until
from tests.worker_template import fork_worker
from tools.bench.process_usage import ProcessUsage, UsageUnknown, usage_of
from tools.stack.environment import isolated

START_SECONDS = 60.0
STOP_SECONDS = 40.0
_EVENTS = re.compile(r'^churn_events_total\{outcome="(\w+)"\} (\S+)$', re.MULTILINE)


class WorkerProcess:
    """A worker with the settings that ``environment`` gives, and nothing else's."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._address = f"http://127.0.0.1:{environment['CHURN_API__PORT']}"
        self._log = log
        log.touch()
        self._process = fork_worker(isolated(environment), log)

    @property
    def log(self) -> str:
        """Everything that it has written."""
        return self._log.read_text()

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.exitcode

    @property
    def catches_sigterm(self) -> bool:
        """Whether its handler is in place; before, SIGTERM just ends it ("proc(5)", Linux)."""
        try:
            status = Path(f"/proc/{self._pid}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return False
        caught = re.search(r"^SigCgt:\s*(\w+)$", status, re.MULTILINE)
        return caught is not None and bool(int(caught[1], 16) & 1 << signal.SIGTERM - 1)

    @property
    def peak_memory(self) -> int:
        """Most bytes that were resident at once, ever; 0 once it has ended ("proc(5)", Linux)."""
        try:
            return self.usage().peak_bytes
        except UsageUnknown:
            return 0

    def usage(self) -> ProcessUsage:
        """What it has used so far.

        Raises:
            UsageUnknown: it has ended.
        """
        return usage_of(self._pid)

    @property
    def _pid(self) -> int:
        assert self._process.pid is not None, "it was started"
        return self._process.pid

    def wait_ready(self) -> None:
        """Wait until ``/readyz`` says yes."""
        wait_until(self.is_ready, timeout=START_SECONDS, what="the worker's readiness")

    def health(self) -> Mapping[str, Any]:
        """What ``/readyz`` says, ready or not."""
        return self._page("/readyz")

    def probes(self) -> tuple[int, int]:
        """How ``/livez`` and ``/readyz`` answer: 200 or 503, as Kubernetes sees it."""
        return self._probe("/livez"), self._probe("/readyz")

    def _probe(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"{self._address}{path}", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def status(self) -> Mapping[str, Any]:
        """What the status page says."""
        return self._page("/")

    def _page(self, path: str) -> Mapping[str, Any]:
        try:
            with urllib.request.urlopen(f"{self._address}{path}", timeout=5) as answer:
                body = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                body = error.read()
        found: Mapping[str, Any] = json.loads(body)
        return found

    def counts(self) -> dict[str, int]:
        """Final deliveries by outcome, from ``/metrics``."""
        return {outcome: int(float(count)) for outcome, count in _EVENTS.findall(self.metrics())}

    def metrics(self) -> str:
        """What ``/metrics`` says."""
        with urllib.request.urlopen(f"{self._address}/metrics", timeout=5) as answer:
            text: str = answer.read().decode()
        return text

    def held_seconds(self, dependency: str) -> float:
        """How long it has waited for a dependency that was away."""
        sample = f'churn_held_seconds_total{{dependency="{dependency}"}} '
        return next(
            float(line.removeprefix(sample))
            for line in self.metrics().splitlines()
            if line.startswith(sample)
        )

    def final(self) -> int:
        """How many deliveries are final and do not come again."""
        counts = self.counts()
        return sum(counts.values()) - counts["retried"]

    def terminate(self) -> None:
        """Send SIGTERM, as Kubernetes does."""
        self._process.terminate()

    def kill(self) -> None:
        """Send SIGKILL: nothing is finished."""
        self._process.kill()
        self._process.join()

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """Wait for its end, at most so long; gives the exit code."""
        self._process.join(seconds)
        assert self.exit_code is not None, f"still there after {seconds} s:\n{self.log}"
        return self.exit_code

    def stop(self) -> int:
        """Ask it to stop and wait for its end."""
        self.terminate()
        return self.wait()

    def is_ready(self) -> bool:
        """Whether ``/readyz`` says yes; fails where it has ended."""
        assert self.exit_code is None, f"the worker ended with {self.exit_code}:\n{self.log}"
        try:
            return bool(self.health()["ready"])
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


@contextmanager
def running_worker(environment: Mapping[str, str], **settings: str) -> Iterator[WorkerProcess]:
    """Run a worker until the block ends; ``settings`` are more environment variables."""
    with tempfile.TemporaryDirectory() as directory:
        worker = WorkerProcess({**environment, **settings}, Path(directory) / "log")
        try:
            worker.wait_ready()
            yield worker
        finally:
            if worker.exit_code is None:
                worker.kill()


def run_to_its_end(environment: Mapping[str, str], *arguments: str) -> tuple[int, str]:
    """Run a worker that is expected to end by itself; gives exit code and output."""
    with tempfile.TemporaryDirectory() as directory:
        log = Path(directory) / "log"
        process = fork_worker(isolated(environment), log, arguments)
        process.join(START_SECONDS)
        assert process.exitcode is not None, f"still there:\n{log.read_text()}"
        return process.exitcode, log.read_text()
