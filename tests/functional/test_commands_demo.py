"""`churn demo` as a visitor runs it: nothing but the installed packages around it."""

import json
import re
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import psutil
import pytest

from tests.churn_command import churn, churn_running

pytestmark = pytest.mark.functional

NOTHING: Mapping[str, str] = {}
SMALL = ("--events", 60, "--rate", 100)
ENDLESS = ("--events", 100_000, "--rate", 20)


def descendants(process_id: int) -> list[psutil.Process]:
    """Every process that a process has started, and they in turn."""
    return psutil.Process(process_id).children(recursive=True)


def until(lines: IO[str], text: str) -> str:
    """Read until a line has a text in it; gives everything up to there."""
    read = ""
    while text not in read:
        line = lines.readline()
        assert line, f"it ended before it said {text!r}:\n{read}"
        read += line
    return read


def test_everything_that_goes_in_comes_out_and_the_stack_can_be_used_by_hand() -> None:
    with churn_running("demo", *SMALL, "--keep", "--json", environment=NOTHING) as demo:
        assert demo.stdout is not None
        summary = json.loads(demo.stdout.readline())
        assert demo.stderr is not None
        said = until(demo.stderr, "churn doctor")
        exported = dict(re.findall(r"^export (\w+)=(\S+)$", said, re.MULTILINE))
        customer = re.findall(r"churn show (\d+)", said)[0]
        shown = churn("show", customer, environment=exported)
        started = descendants(demo.pid)
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=60)
    assert summary["problems"] == []
    assert summary["published"] == {
        "update": 56,
        "duplicate": 1,
        "unknown customer": 1,
        "broken": 2,
    }
    worker = summary["worker"]
    assert (
        summary["confirmed"] == worker["alert"] + worker["silent"] + worker["dead_lettered"] == 60
    )
    assert summary["alerts_received"] == worker["alert"] > 0
    assert summary["dead_letters_received"] == {"InvalidEvent": 2, "UnknownCustomer": 1}
    assert 0 < summary["latency"]["p50_ms"] <= summary["latency"]["p99_ms"]
    assert json.loads(shown.stdout)["id_client"] == int(customer)
    assert demo.returncode == 0
    assert started
    assert not any(each.is_running() for each in started)


@pytest.mark.long
def test_ctrl_c_in_the_middle_stops_everything() -> None:
    with churn_running("demo", *ENDLESS, environment=NOTHING) as demo:
        assert demo.stdout is not None
        until(demo.stdout, "  customer ")
        started = descendants(demo.pid)
        demo.send_signal(signal.SIGINT)
        _, errors = demo.communicate(timeout=60)
    assert demo.returncode == 130
    assert errors == "churn: interrupted; everything is stopped\n"
    assert started
    assert not any(each.is_running() for each in started)


@pytest.mark.long
def test_a_worker_that_dies_is_told_with_the_end_of_its_log() -> None:
    with churn_running("demo", *SMALL, environment=NOTHING) as demo:
        assert demo.stdout is not None
        until(demo.stdout, "starting the worker")
        (worker,) = (
            each for each in descendants(demo.pid) if each.cmdline()[1:] == ["-m", "consumer"]
        )
        worker.kill()
        said, errors = demo.communicate(timeout=90)
    assert demo.returncode == 1
    assert errors == "churn: the worker ended by itself\n"
    log = Path(re.findall(r"The worker's log is in (\S+)\. It ends with:", said)[0])
    assert '"message": "ready"' in log.read_text()
    assert '"message": "ready"' in said
    log.unlink()
    log.parent.rmdir()
