"""One worker or several on the same subscription, looked at as if they were one."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Self

from tools.bench.consumer_process import ConsumerProcess
from tools.bench.process_usage import ProcessUsage
from tools.stack.ports import free_port


class Workers:
    """``python -m consumer`` with its default settings, so many times; a context manager."""

    def __init__(self, count: int, environment: Mapping[str, str]) -> None:
        with ExitStack() as starting:
            self.processes: Sequence[ConsumerProcess] = [
                starting.enter_context(_worker(number, environment))
                for number in range(1, count + 1)
            ]
            self._closing = starting.pop_all()
        self._waited_for = list(self.processes)

    @property
    def metrics(self) -> Sequence[Callable[[], str]]:
        """Of each, asks for its page."""
        return [process.metrics for process in self.processes]

    def usage(self) -> ProcessUsage:
        """What all have used together.

        Raises:
            UsageUnknown: one has ended.
        """
        each = [process.usage() for process in self.processes]
        return ProcessUsage(
            cpu_seconds=sum(one.cpu_seconds for one in each),
            peak_bytes=sum(one.peak_bytes for one in each),
            resident_bytes=sum(one.resident_bytes for one in each),
        )

    def all_ready(self) -> bool:
        """Whether each has been ready; nobody is asked again who was."""
        self._waited_for = [process for process in self._waited_for if not process.is_ready()]
        return not self._waited_for

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop all, one after another, by SIGTERM."""
        self._closing.close()


def _worker(number: int, environment: Mapping[str, str]) -> ConsumerProcess:
    own = {**environment, "CHURN_API__PORT": str(free_port())}
    return ConsumerProcess(f"worker {number}", "consumer", own)
