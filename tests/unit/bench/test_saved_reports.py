"""A report that was saved by --json can be read, and drawn, again."""

import json
from pathlib import Path
from typing import Any

import pytest
from matplotlib.patches import Rectangle

from tools.bench.machine import Machine
from tools.bench.quantities import SPEED, Figure, Quantity, Target
from tools.bench.report import Report
from tools.bench.saved import read_report
from tools.bench.worker.plot import drawn
from tools.bench.worker.quantities import CPU, STAGE_COSTS
from tools.bench.worker.subjects import ALL_ON, GOOGLE_NO_OP, WORKER
from tools.cli import main
from tools.errors import BadInput

MACHINE = Machine(2, "Linux", "x86_64", "3.11.7", {"grpcio": "1.2"})
FIGURES = [
    Figure(GOOGLE_NO_OP, SPEED, (20_000.0, 30_000.0, 24_000.0)),
    Figure(WORKER, SPEED, (6_000.0, 7_111.0, 8_000.0)),
    Figure(GOOGLE_NO_OP, CPU, (31.0,)),
    Figure(WORKER, CPU, (123.0,)),
    *(Figure(WORKER, cost, (10.0 + index,)) for index, cost in enumerate(STAGE_COSTS.values())),
    *(Figure(ALL_ON, cost, (20.0,)) for cost in STAGE_COSTS.values()),
]
REPORT = Report("worker", MACHINE, {"rounds": 3, "events": 20_000}, FIGURES)


def saved(directory: Path, document: Any = None) -> Path:
    file = directory / "report.json"
    file.write_text(json.dumps(document or REPORT.document()))
    return file


def plot(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "plot", *map(str, arguments)])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    again = read_report(saved(tmp_path), "worker")

    assert again.document() == REPORT.document()
    assert [one.passed for one in again.figures] == [one.passed for one in FIGURES]


def test_figures_that_are_unknown_by_now_are_read_too(tmp_path: Path) -> None:
    earlier = Quantity("elegance", "elegance", "times", Target(2), targeted=(WORKER,))
    report = Report("worker", MACHINE, {}, [Figure(WORKER, earlier, (3.0,))])

    [figure] = read_report(saved(tmp_path, report.document()), "worker").figures

    assert (figure.quantity, figure.passed) == (earlier, True)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (
            {"benchmark": "worker"},
            "no report of churn bench worker --json: machine: Field required",
        ),
        ({**REPORT.document(), "benchmark": "emulator"}, "of churn bench emulator, not of worker"),
        ([1], "no report of churn bench worker --json: the whole: "),
    ],
)
def test_what_is_no_report_of_the_worker_is_refused(
    tmp_path: Path, document: Any, problem: str
) -> None:
    with pytest.raises(BadInput, match=problem):
        read_report(saved(tmp_path, document), "worker")


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nothing\.json: No such file"):
        read_report(tmp_path / "nothing.json", "worker")


@pytest.mark.parametrize(
    ("name", "beginning"), [("p.png", b"\x89PNG"), ("p.svg", b"<?xml"), ("P.SVG", b"<?xml")]
)
def test_a_picture_has_the_format_of_its_ending_and_is_the_same_each_time(
    tmp_path: Path, name: str, beginning: bytes
) -> None:
    report, picture = saved(tmp_path), tmp_path / name

    assert plot(report, "-o", picture) == 0
    first = picture.read_bytes()
    assert plot(report, "-o", picture) == 0

    assert first.startswith(beginning)
    assert picture.read_bytes() == first


def test_a_picture_shows_each_consumer_stage_and_target() -> None:
    picture = drawn(REPORT)
    speeds, cpu, stages = picture.axes
    texts = [text.get_text() for axes in picture.axes for text in axes.texts]

    assert [label.get_text() for label in speeds.get_yticklabels()] == [GOOGLE_NO_OP, WORKER]
    assert {"24,000", "7,111", "123", "target ≤ 110"} <= set(texts)
    assert [text for text in texts if text.startswith("target")] == ["target ≤ 110"]
    assert len(cpu.lines) == len(speeds.lines) + 1
    bars = [bar for bar in stages.patches if isinstance(bar, Rectangle)]
    assert [bar.get_width() for bar in bars][:2] == [10.0, 20.0]
    assert [label.get_text() for label in stages.get_yticklabels()] == [WORKER, ALL_ON]


def test_without_a_worker_there_are_no_stages_to_draw() -> None:
    assert len(drawn(Report("worker", MACHINE, {}, FIGURES[:1])).axes) == 2


def test_a_consumer_that_took_no_time_can_be_drawn_too(tmp_path: Path) -> None:
    figures = [*FIGURES[:1], Figure(GOOGLE_NO_OP, CPU, (0.0, 31.0))]
    document = Report("worker", MACHINE, {}, figures).document()

    assert plot(saved(tmp_path, document), "-o", tmp_path / "p.svg") == 0


def test_a_report_without_speeds_cannot_be_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = Report("worker", MACHINE, {}, []).document()

    assert plot(saved(tmp_path, document), "-o", tmp_path / "p.svg") == 1
    assert capsys.readouterr().err == (
        "churn: the report has no speeds, so there is nothing to draw\n"
    )


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["worker", "--plot", "p.gif"], "'p.gif' must end in .png or .svg"),
        (["worker", "--plot", "nowhere/p.svg"], "the folder of 'nowhere/p.svg' does not exist"),
        (["plot", "report.json", "-o", "p"], "'p' must end in .png or .svg"),
        (["plot", "report.json"], "Missing option '-o'"),
    ],
)
def test_a_picture_that_cannot_be_is_wrong_usage_before_anything_is_measured(
    arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", *arguments])

    assert ended.value.code == 2
    assert problem in " ".join(capsys.readouterr().err.replace("│", " ").split())
