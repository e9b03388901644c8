"""What a process has used, against what psutil says of it."""

import subprocess
import sys

import psutil
import pytest

from tests.child_processes import shell_with_a_child
from tools.bench.process_usage import (
    UsageUnknown,
    family_cpu_seconds,
    only_child,
    require_proc,
    usage_of,
)

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")

GROWN = 50_000_000
GROW_AND_SHRINK = f"held = bytearray({GROWN}); del held; sum(range(3_000_000)); print(flush=True)"


def test_cpu_and_the_peak_of_memory_are_those_of_the_process() -> None:
    require_proc()
    with subprocess.Popen(
        [sys.executable, "-c", f"{GROW_AND_SHRINK}; input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        usage, known = usage_of(process.pid), psutil.Process(process.pid)
        times = known.cpu_times()
        assert process.stdin is not None
        assert usage.peak_bytes > GROWN > known.memory_info().rss
        assert usage.resident_bytes == pytest.approx(known.memory_info().rss, rel=0.1)
        process.stdin.write(b"\n")

    assert usage.cpu_seconds > 0
    assert usage.cpu_seconds == pytest.approx(times.user + times.system, abs=0.05)


def test_the_one_child_of_a_process_is_found() -> None:
    with shell_with_a_child() as shell:
        assert [only_child(shell.pid)] == [one.pid for one in psutil.Process(shell.pid).children()]


def test_the_cpu_of_a_family_is_that_of_children_that_live_and_that_have_ended() -> None:
    burn = f"{sys.executable} -c 'sum(range(3_000_000))'"
    lives = f"{sys.executable} -c 'sum(range(3_000_000)); print(flush=True); input()'"
    script = f"{burn}; {lives}; true"
    with subprocess.Popen(
        ["sh", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as shell:
        assert shell.stdin is not None
        assert shell.stdout is not None
        shell.stdout.readline()
        family, known = family_cpu_seconds(shell.pid), psutil.Process(shell.pid)
        [living] = known.children()
        own, child = known.cpu_times(), living.cpu_times()
        shell.stdin.write(b"\n")
    ended = own.children_user + own.children_system

    assert ended > 0
    assert family == pytest.approx(
        own.user + own.system + ended + child.user + child.system, abs=0.05
    )


def test_of_a_process_that_has_ended_nothing_is_known() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()

    with pytest.raises(UsageUnknown, match="has ended"):
        usage_of(process.pid)
    with pytest.raises(UsageUnknown, match="has ended, or has not one child"):
        only_child(process.pid)
    with pytest.raises(UsageUnknown, match="has ended"):
        family_cpu_seconds(process.pid)
