"""`churn bench latency`, with so few events that no figure means anything; none is judged."""

import json
import signal
from collections.abc import Sequence
from typing import Any

import pytest

from tests.child_processes import children_at_work, require_end_by_signal
from tests.churn_command import churn
from tools.bench.latency.subjects import ALL, ECHO, WORKER
from tools.bench.worker.stages import STAGES
from tools.cli import main

TINY = ("--rate", "20", "--seconds", "0.5", "--lone", "2", "--rounds", "1")
MEASURED = ["rate_p50", "rate_p90", "rate_p99", "rate_max", "lone_p50", "late_p99"]


def subjects_of(document: Any, quantity: str) -> list[str]:
    return [one["subject"] for one in document["figures"] if one["quantity"] == quantity]


@pytest.mark.long
def test_an_echo_is_measured() -> None:
    done = churn("bench", "latency", *TINY, "--consumer", "echo", "--json", environment={})

    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert document["benchmark"] == "latency"
    assert document["options"].keys() >= {"rate", "seconds", "lone", "streams", "load_before"}
    assert [(one["quantity"], one["subject"]) for one in document["figures"]] == [
        (quantity, ECHO) for quantity in MEASURED
    ]
    assert all(one["median"] > 0 and one["unit"] == "ms" for one in document["figures"])


@pytest.mark.long
def test_everybody_gives_an_alert_for_each_event() -> None:
    done = churn("bench", "latency", *TINY, "--json", environment={})

    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    everybody = [subject.name for subject in ALL]
    for quantity in MEASURED:
        assert subjects_of(document, quantity) == everybody
    for stage in STAGES:
        assert subjects_of(document, f"lone_stage_{stage}") == [WORKER]
    judged = {one["quantity"] for one in document["figures"] if one["target"]}
    assert judged == {"rate_p99_to_google_echo", "lone_p50_to_google_echo"}


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_every_process_that_it_started(number: signal.Signals) -> None:
    require_end_by_signal(
        ["bench", "latency"],
        number,
        lambda bench: children_at_work(bench, "tools.bench.latency.consumers.google_echo"),
    )


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--rate", "0"], "greater than or equal to 1"),
        (["--seconds", "301"], "less than or equal to 300"),
        (["--lone", "0"], "greater than or equal to 1"),
        (["--consumer", "celery"], "'celery' is none of google-echo, echo, worker"),
    ],
)
def test_wrong_usage_ends_with_2(
    arguments: Sequence[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "latency", *arguments])
    assert ended.value.code == 2
    assert problem in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_its_help_says_what_is_counted_and_has_examples(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "latency", "--help"])
    assert ended.value.code == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "whose time counts from the moment at which they were to be published" in printed
    assert "Example: churn bench latency --rounds 5 --json --check" in printed
