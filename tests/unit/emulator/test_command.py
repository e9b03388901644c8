"""``churn emulator`` in the foreground, as a process."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import pytest

from tools.emulator import serve


@contextmanager
def emulator(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Start the command, and end it if the test does not."""
    command = [sys.executable, "-m", "tools.emulator", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def lines(pipe: IO[str] | None) -> IO[str]:
    """Give a pipe that was asked for."""
    assert pipe is not None
    return pipe


def test_it_says_where_it_listens_and_then_that_it_is_ready() -> None:
    with emulator("--port", "0") as process:
        first, second = (lines(process.stdout).readline() for _ in range(2))

    address = first.rpartition("=")[2].strip()
    assert first == (
        f"Pub/Sub emulator listening on {address}; export PUBSUB_EMULATOR_HOST={address}\n"
    )
    assert address.startswith("127.0.0.1:")
    assert second == "ready\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_on_a_signal(number: signal.Signals) -> None:
    with emulator("--port", "0") as process:
        for _ in range(2):
            lines(process.stdout).readline()

        process.send_signal(number)

        assert process.wait(timeout=10) == 0
        assert lines(process.stderr).read() == ""


def test_a_taken_port_is_one_clear_line_and_exit_status_1() -> None:
    with serve() as running:
        port = running.address.partition(":")[2]
        with emulator("--port", port) as process:
            assert process.wait(timeout=10) == 1
            (line,) = lines(process.stderr).read().splitlines()

    assert f"cannot listen on 127.0.0.1:{port}" in line


def test_its_help_has_an_example() -> None:
    with emulator("--help") as process:
        output = lines(process.stdout).read()

        assert "churn emulator --port 8085" in output
        assert process.wait(timeout=10) == 0
