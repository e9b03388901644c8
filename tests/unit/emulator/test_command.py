"""``churn emulator`` in the foreground, as a process."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import grpc
import pytest
from google.api_core.exceptions import DeadlineExceeded, GoogleAPICallError

from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller, publish
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


def test_it_stops_cleanly_while_a_stream_is_open_and_a_call_waits(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yml"
    plan.write_text("faults: [{kind: delay, rpc: GetTopic, seconds: 600}]")
    topic, worker = "projects/test/topics/updates", "projects/test/subscriptions/worker"
    with emulator("--port", "0", "--faults", str(plan)) as process:
        server = PubSub("embedded", lines(process.stdout).readline().rpartition("=")[2].strip())
        publisher = server.publisher()
        publisher.create_topic(name=topic)
        Puller.create(server.subscriber(), name=worker, topic=topic)
        with server.stream(worker) as stream, ThreadPoolExecutor() as threads:
            publish(publisher, topic, "it is open")
            stream.wait_for(1)
            waiting = threads.submit(publisher.get_topic, topic=topic, retry=None)
            with pytest.raises(DeadlineExceeded):
                publisher.get_topic(topic=topic, retry=None, timeout=0.1)
            process.send_signal(signal.SIGINT)

            assert process.wait(timeout=10) == 0
            assert lines(process.stderr).read() == ""
            assert stream.wait_for_status() == grpc.StatusCode.UNAVAILABLE
            assert isinstance(waiting.exception(timeout=10), GoogleAPICallError)
        server.close()


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
        assert "churn emulator --faults" in output
        assert process.wait(timeout=10) == 0


PLAN = """
seed: 7
faults:
- {kind: fail, rpc: CreateTopic, times: 2}
- {kind: break_streams, every: 50}
"""


def test_it_misbehaves_as_a_plan_says_and_tells_at_its_end_how_often(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yml"
    plan.write_text(PLAN)
    with emulator("--port", "0", "--faults", str(plan), "--seed", "8") as process:
        address = lines(process.stdout).readline().rpartition("=")[2].strip()
        server = PubSub("embedded", address)
        server.publisher().create_topic(name="projects/test/topics/updates")
        server.close()
        process.send_signal(signal.SIGINT)
        ready, *balance = lines(process.stdout).read().splitlines()

        assert process.wait(timeout=10) == 0
        assert lines(process.stderr).read() == ""
    assert ready == "ready"
    assert balance == [
        "fault 1 struck 2 times of 3: fail rpc=CreateTopic times=2",
        "fault 2 struck 0 times of 0: break_streams every=50",
    ]


def test_a_bad_plan_is_one_clear_line_and_nothing_is_started(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yml"
    plan.write_text("faults: [{kind: delay, rpc: Pull}]")
    with emulator("--port", "0", "--faults", str(plan)) as process:
        assert process.wait(timeout=10) == 1
        assert lines(process.stdout).read() == ""
        (line,) = lines(process.stderr).read().splitlines()

    assert line == f"emulator: {plan}: fault 1 (delay), seconds: Field required"


def test_a_seed_without_a_plan_is_wrong_usage() -> None:
    with emulator("--port", "0", "--seed", "7") as process:
        assert process.wait(timeout=10) == 2
        assert "--faults" in lines(process.stderr).read()


def test_it_warns_where_others_may_reach_it() -> None:
    with emulator("--port", "0", "--host", "192.0.2.1") as process:
        warning, refusal = lines(process.stderr).read().splitlines()

        assert process.wait(timeout=10) == 1
    assert warning == "warning: 192.0.2.1 can be reached by others, who need no credentials"
    assert "cannot listen on 192.0.2.1:0" in refusal
