"""Processes that tests start and look at from outside."""

import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import psutil

from tests.churn_command import CHURN
from tests.wait import wait_until
from tools.stack.environment import isolated


@contextmanager
def shell_with_a_child() -> "Iterator[subprocess.Popen[bytes]]":
    """Give a shell whose one child runs; both end with the block."""
    with subprocess.Popen(
        ["sh", "-c", "cat; true"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as shell:
        assert shell.stdin is not None
        assert shell.stdout is not None
        shell.stdin.write(b"it runs\n")
        shell.stdin.flush()
        assert shell.stdout.readline() == b"it runs\n"
        yield shell


def require_end_by_signal(
    arguments: Sequence[str],
    number: signal.Signals,
    at_work: Callable[[int], list[psutil.Process]],
) -> None:
    """Run a command, send it a signal once it is at work, and require that all ends in one line.

    Args:
        arguments: of ``churn``.
        number: the signal.
        at_work: gives the command's processes from its process id, none before they work.
    """
    with subprocess.Popen(
        [CHURN, *arguments], env=isolated({}), stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            started = wait_until(
                lambda: at_work(process.pid), timeout=60, what="the start of its processes"
            )
            process.send_signal(number)
            _, complaint = process.communicate(timeout=30)
        finally:
            process.kill()

    assert process.returncode == 130
    assert complaint == "churn: interrupted; everything is stopped\n"
    wait_until(lambda: not any(map(psutil.Process.is_running, started)), what="their end")


def children_at_work(parent: int, module: str) -> list[psutil.Process]:
    """List all processes that one has started, once one that runs this module is among them."""
    started = psutil.Process(parent).children(recursive=True)
    return started if any(_runs(one, module) for one in started) else []


def _runs(process: psutil.Process, module: str) -> bool:
    """Whether it is Python with this module; a process that has just ended is not."""
    with suppress(psutil.NoSuchProcess):
        return process.cmdline()[1:3] == ["-m", module]
    return False
