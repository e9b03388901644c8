"""Child processes of the stack: they start, they stop, and they never outlive their parent."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.wait import wait_until
from tools.stack.server import Server, ServerFailed

SLEEPER = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def pid_in(log: Path) -> int:
    return int(wait_until(log.read_text, what="the child's pid in its log"))


def is_gone(pid: int) -> bool:
    """Whether a process ended; who reaps it, and when, is not our business."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_stopped_server_is_gone(tmp_path: Path) -> None:
    server = Server("sleeper", python(SLEEPER), log=tmp_path / "log")
    pid = pid_in(tmp_path / "log")
    assert not is_gone(pid)

    server.stop()

    assert is_gone(pid)
    assert not server.running


def test_stopping_twice_is_stopping_once(tmp_path: Path) -> None:
    server = Server("sleeper", python(SLEEPER), log=tmp_path / "log")

    server.stop()
    server.stop()

    assert not server.running


def test_the_signal_that_was_asked_for_is_sent(tmp_path: Path) -> None:
    told = "import signal; signal.signal(signal.SIGINT, lambda *_: exit('interrupted')); "
    server = Server(
        "sleeper", python(told + SLEEPER), log=tmp_path / "log", stop_signal=signal.SIGINT
    )
    wait_until((tmp_path / "log").read_text, what="the child's start")

    server.stop()

    assert server.last_words().endswith("interrupted")


@pytest.mark.long
def test_a_server_that_ignores_the_signal_is_killed(tmp_path: Path) -> None:
    server = Server("stubborn", python(STUBBORN), log=tmp_path / "log")
    pid = pid_in(tmp_path / "log")

    server.stop()

    assert is_gone(pid)


def test_a_server_goes_when_its_parent_is_killed(tmp_path: Path) -> None:
    """No clean-up of the parent runs after SIGKILL; the kernel closes its end of the pipe."""
    start = f"""
import time
from pathlib import Path
from tools.stack.server import Server
Server("sleeper", {python(SLEEPER)!r}, log=Path({str(tmp_path / "log")!r}))
time.sleep(600)
"""
    (tmp_path / "log").touch()
    with subprocess.Popen(python(start)) as parent:
        pid = pid_in(tmp_path / "log")
        assert not is_gone(pid)

        os.kill(parent.pid, signal.SIGKILL)

    wait_until(lambda: is_gone(pid), what="the end of the child")


def test_a_server_that_ends_at_its_start_says_why(tmp_path: Path) -> None:
    server = Server("broken", python("exit('no such option')"), log=tmp_path / "log")

    with pytest.raises(ServerFailed, match="broken stopped at its start: no such option"):
        server.wait_ready(lambda: False)


def test_a_server_that_never_gets_ready_is_stopped(tmp_path: Path) -> None:
    server = Server("sleeper", python(SLEEPER), log=tmp_path / "log")

    with pytest.raises(ServerFailed, match="did not get ready in time"):
        server.wait_ready(lambda: False, timeout=0.1)

    assert not server.running
