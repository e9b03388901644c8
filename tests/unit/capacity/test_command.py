"""`churn capacity`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tools.bench.measured import WORKER
from tools.cli import main


def capacity(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["capacity", *map(str, arguments)])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def document(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    assert capacity(*arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_it_shows_a_plan_without_and_with_the_history(capsys: pytest.CaptureFixture[str]) -> None:
    assert capacity("--rate", 25000) == 0

    printed = capsys.readouterr().out
    assert "25,000 events a second" in printed
    for word in ("history off", "history on", "worker pods", "all, $/h", "breaks first"):
        assert word in printed


def test_json_has_both_plans_and_what_was_assumed(capsys: pytest.CaptureFixture[str]) -> None:
    told = document(capsys, "--rate", 25000)

    assert told["rate"] == 25000
    assert [one["history"] for one in told["plans"]] == [False, True]
    assert told["inputs"]["prices"]["pubsub_tib"] == 40
    assert all(one["workers"]["pods"] >= 2 for one in told["plans"])


def test_inputs_and_measured_figures_can_be_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine, measured = tmp_path / "mine.toml", tmp_path / "worker.json"
    mine.write_text("[workers]\nspare = 3\n")
    slower = json.loads(WORKER.read_text())
    for figure in slower["figures"]:
        factor = {"speed": 0.1, "cpu": 10}.get(figure["quantity"], 1)
        figure["values"] = [factor * value for value in figure["values"]]
    measured.write_text(json.dumps(slower))

    usual = document(capsys, "--rate", 50_000)["plans"][0]["workers"]
    own = document(capsys, "--rate", 50_000, "--inputs", mine, "--measured", measured)["plans"][0][
        "workers"
    ]

    assert own["full_speed"] == pytest.approx(usual["full_speed"] / 10)
    assert own["pods"] > 5 * usual["pods"]


def test_a_report_that_lacks_a_figure_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lacking = json.loads(WORKER.read_text())
    lacking["figures"] = []
    file = tmp_path / "worker.json"
    file.write_text(json.dumps(lacking))

    assert capacity("--rate", 1, "--measured", file) == 1
    assert "has no speed of 'worker, reasons'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "Missing option '--rate'"),
        (["--rate", "0"], "greater than or equal to 0.001"),
        (["--rate", "many"], "unable to parse string as a number"),
    ],
)
def test_wrong_usage_ends_with_2(
    arguments: Sequence[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert capacity(*arguments) == 2
    assert problem in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_its_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert capacity("--help") == 0
    assert "Example: churn capacity --rate 25000" in " ".join(capsys.readouterr().out.split())
