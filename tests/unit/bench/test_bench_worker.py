"""`churn bench worker`, with so few events that no figure means anything; none is judged."""

import json
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.child_processes import children_at_work, require_end_by_signal
from tests.churn_command import churn
from tools.bench.worker.stages import STAGES
from tools.bench.worker.subjects import ALL
from tools.cli import main

TINY = ("--events", "60", "--few", "5", "--rounds", "1")


def subjects_of(document: Any, quantity: str) -> list[str]:
    return [one["subject"] for one in document["figures"] if one["quantity"] == quantity]


def test_a_consumer_that_does_nothing_is_measured_and_drawn(tmp_path: Path) -> None:
    picture = tmp_path / "worker.svg"
    drawn = ("--plot", picture)
    done = churn("bench", "worker", *TINY, "--consumer", "no-op", "--json", *drawn, environment={})

    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert document["options"]["events"] == 60
    assert document["options"].keys() >= {"streams", "max_messages", "batch_max_events"}
    assert subjects_of(document, "speed") == ["our no-op"]
    assert picture.read_text().startswith("<?xml")
    assert all(
        figure["median"] > 0 for figure in document["figures"] if figure["unit"] != "µs/event"
    )


@pytest.mark.long
def test_everybody_does_the_whole_job() -> None:
    done = churn("bench", "worker", *TINY, "--json", "--check", environment={})

    assert done.returncode == 1
    assert done.stderr.startswith("churn: missed its target: ")
    document = json.loads(done.stdout)
    everybody = [subject.name for subject in ALL]
    assert subjects_of(document, "speed") == everybody
    assert subjects_of(document, "alerts") == everybody[2:]
    assert {len(set(shares_of_workers(document)))} == {1}
    for stage in STAGES:
        assert subjects_of(document, f"stage_{stage}") == everybody[3:]


def shares_of_workers(document: Any) -> list[float]:
    """The share of alerts, which has to be the same for all three."""
    alerts = [one["median"] for one in document["figures"] if one["quantity"] == "alerts"]
    return alerts[1:]


def interrupted(module: str, number: signal.Signals, *arguments: str) -> None:
    """Send a signal once the module runs, and check that all ends with one line."""
    require_end_by_signal(
        ["bench", "worker", *arguments], number, lambda bench: children_at_work(bench, module)
    )


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)]
)
def test_a_signal_ends_it_and_every_process_that_it_started(number: signal.Signals) -> None:
    interrupted("tools.bench.pubsub_process", number)


@pytest.mark.long
def test_a_signal_ends_a_consumer_at_work() -> None:
    slow = ("--consumer", "per-message", "--few", "20000")

    interrupted("tools.bench.worker.consumers.per_message", signal.SIGINT, *slow)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--events", "0"], "greater than or equal to 1"),
        (["--rounds", "0"], "greater than or equal to 1"),
        (["--consumer", "celery"], "'celery' is none of google-no-op, no-op, per-message"),
    ],
)
def test_wrong_usage_ends_with_2(
    arguments: Sequence[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "worker", *arguments])
    assert ended.value.code == 2
    assert problem in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_its_help_says_what_is_counted_and_has_an_example(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "worker", "--help"])
    assert ended.value.code == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "The clock runs from when the server has delivered the first message" in printed
    assert "Example: churn bench worker --rounds 5 --json" in printed
