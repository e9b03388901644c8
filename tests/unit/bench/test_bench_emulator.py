"""`churn bench emulator`, with so few messages that it takes seconds; no figure is judged."""

import json
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psutil
import pytest

from tests.child_processes import require_end_by_signal, shell_with_a_child
from tests.churn_command import churn
from tools.bench.emulator.quantities import ALL
from tools.bench.emulator.resources import PROJECT
from tools.bench.memory import MEBIBYTE, children_resident
from tools.cli import main
from tools.emulator import serve
from tools.stack.pubsub import PubSub

TINY = ("--no-official", "--messages", "20", "--rounds", "1")
SPEEDS = {
    "publish_batched",
    "publish_single",
    "publish_google",
    "streaming_pull_1",
    "streaming_pull_8",
    "streaming_pull_google",
    "pull_100",
}


def bench(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return churn("bench", "emulator", *TINY, *arguments, environment={})


def at_work(bench: int) -> list[psutil.Process]:
    """List all processes of a benchmark, once a server and the load process are among them."""
    started = psutil.Process(bench).children(recursive=True)
    return started if any("tools.emulator" in one.cmdline() for one in started) else []


@dataclass(frozen=True)
class Compared:
    """A run that compares the embedded server with one that runs already."""

    code: int
    complaints: str
    document: Any
    left: Sequence[object]
    """What the run left on the server that ran already."""


@pytest.fixture(scope="module")
def compared() -> Compared:
    """Run with a backlog that is so small that no memory is given back, and check the targets."""
    with serve() as running, PubSub(running.address) as theirs:
        done = bench("--backlog", "50", "--json", "--check", "--server", f"theirs={theirs.address}")
        left = [
            *theirs.publisher.list_topics(project=PROJECT),
            *theirs.subscriber.list_subscriptions(project=PROJECT),
        ]
    return Compared(done.returncode, done.stderr, json.loads(done.stdout), left)


@pytest.fixture
def document(compared: Compared) -> Any:
    """Give the JSON of that run."""
    return compared.document


def test_the_json_has_the_documented_fields(document: Any) -> None:
    assert document.keys() == {"benchmark", "machine", "options", "figures"}
    assert document["benchmark"] == "emulator"
    assert document["machine"].keys() == {"cores", "system", "processor", "python", "versions"}
    assert document["options"] == {"messages": 20, "size": 300, "backlog": 50, "rounds": 1}
    for figure in document["figures"]:
        assert figure.keys() == {
            *("subject", "quantity", "unit", "values"),
            *("minimum", "median", "maximum", "target", "passed"),
        }
        assert len(figure["values"]) == 1
        assert figure["minimum"] <= figure["median"] <= figure["maximum"]


def test_every_quantity_of_the_embedded_server_is_measured(document: Any) -> None:
    measured = [one["quantity"] for one in document["figures"] if one["subject"] == "embedded"]

    assert measured == [quantity.key for quantity in ALL]


def test_of_a_server_that_runs_already_only_the_speeds_are_measured(document: Any) -> None:
    figures = [one for one in document["figures"] if one["subject"] == "theirs"]

    assert {figure["quantity"] for figure in figures} == SPEEDS
    assert {figure["passed"] for figure in figures} == {None}
    assert all(value > 0 for figure in figures for value in figure["values"])


def test_nothing_is_left_on_a_server_that_runs_already(compared: Compared) -> None:
    assert compared.left == []


def test_a_missed_target_is_a_failure_with_check(compared: Compared) -> None:
    assert compared.code == 1
    assert compared.complaints.startswith("churn: missed its target: ")
    assert "memory_given_back of embedded" in compared.complaints


@pytest.mark.long
def test_without_check_a_missed_target_is_no_failure_and_the_table_shows_it() -> None:
    done = bench("--backlog", "50")

    assert (done.returncode, done.stderr) == (0, "")
    assert "miss" in done.stdout
    assert "PublisherClient" in done.stdout
    assert "≥ 9,000" in done.stdout
    assert "grpcio" in done.stdout


def test_a_server_that_does_not_answer_is_one_line() -> None:
    with serve() as running:
        gone = running.address

    done = bench("--backlog", "0", "--server", f"theirs={gone}")

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"churn: no Pub/Sub server answers at {gone} (Connection refused)"
    ]


@pytest.mark.parametrize(
    "number", [pytest.param(signal.SIGINT, marks=pytest.mark.long), signal.SIGTERM]
)
def test_a_signal_ends_it_and_every_process_that_it_started(number: signal.Signals) -> None:
    require_end_by_signal(["bench", "emulator", "--no-official"], number, at_work)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--rounds", "0"], "greater than or equal to 1"),
        (["--size", "90001"], "less than or equal to 90000"),
        (["--server", "127.0.0.1:8085"], "is not NAME=HOST:PORT"),
        (["--no-official", "--server", "embedded=127.0.0.1:1"], "names two servers"),
    ],
)
def test_wrong_usage_ends_with_2(
    arguments: Sequence[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "emulator", *arguments])
    assert ended.value.code == 2
    assert problem in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_its_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "emulator", "--help"])
    assert ended.value.code == 0
    assert "Example: churn bench emulator --rounds 5 --json" in capsys.readouterr().out


def test_the_group_lists_its_benchmarks(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "--help"])
    assert ended.value.code == 0
    assert "emulator" in capsys.readouterr().out


def test_the_memory_of_a_process_children_is_what_the_system_says_of_them() -> None:
    with shell_with_a_child() as shell:
        of_children = children_resident(shell.pid)
        [cat] = psutil.Process(shell.pid).children()
        known = cat.memory_info().rss / MEBIBYTE

    assert of_children == pytest.approx(known, rel=0.1)
