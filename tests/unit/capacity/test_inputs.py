"""Inputs can be changed by a file, and measured figures are read from a report."""

from pathlib import Path

import pytest

from tools.bench.machine import Machine
from tools.bench.quantities import Figure, Quantity
from tools.bench.report import Report
from tools.bench.worker.subjects import ALL_ON, PER_MESSAGE, REASONS
from tools.capacity.inputs import Inputs, read_inputs
from tools.capacity.measured import EventCost, cost_of, event_cost
from tools.errors import BadInput

FILE = Path("worker.json")


def written(directory: Path, text: str) -> Path:
    file = directory / "mine.toml"
    file.write_text(text)
    return file


def test_without_a_file_the_inputs_are_those_of_the_page() -> None:
    assert read_inputs(None) == Inputs()


def test_a_file_changes_what_it_names_alone(tmp_path: Path) -> None:
    mine = read_inputs(written(tmp_path, "[prices]\npod_vcpu_hour = 0.05\n"))

    assert mine.prices.pod_vcpu_hour == 0.05
    assert mine.prices.cluster_hour == Inputs().prices.cluster_hour
    assert mine.workers == Inputs().workers


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[prices]\npod_vcpu = 1", r"mine\.toml: prices\.pod_vcpu: Extra inputs"),
        ("[workers]\nutilization = 1.5", r"mine\.toml: workers\.utilization: Input should be less"),
        (
            "[workers]\nutilization = 0",
            r"mine\.toml: workers\.utilization: Input should be gr",
        ),
        ("[database]\nvcpu_sizes = []", r"mine\.toml: database\.vcpu_sizes: "),
        ("prices", r"mine\.toml is no TOML: "),
        ("[prices]\npubsub_tib = inf", r"mine\.toml: prices\.pubsub_tib: "),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(BadInput, match=problem):
        read_inputs(written(tmp_path, text))


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nothing\.toml: No such file"):
        read_inputs(tmp_path / "nothing.toml")


def test_every_input_says_what_it_is() -> None:
    sections = [getattr(Inputs(), name) for name in Inputs.model_fields]

    assert all(
        field.description for section in sections for field in type(section).model_fields.values()
    )


def figure(subject: str, quantity: str, *values: float) -> Figure:
    return Figure(subject, Quantity(quantity, quantity, "µs/event"), values)


FIGURES = [
    figure(REASONS, "speed", 5_000),
    figure(REASONS, "cpu", 150, 130, 140),
    figure(REASONS, "memory", 300),
    figure(REASONS, "alerts", 20),
    figure(REASONS, "database_cpu", 2),
    figure(PER_MESSAGE, "database_cpu", 380),
    figure(ALL_ON, "speed", 4_000),
    figure(ALL_ON, "cpu", 160),
    figure(ALL_ON, "memory", 310),
    figure(ALL_ON, "alerts", 20),
    figure(ALL_ON, "database_cpu", 24),
    figure(ALL_ON, "history", 930),
]


def report(*figures: Figure) -> Report:
    return Report("worker", Machine(2, "Linux", "x86_64", "3.11.7", {}), {}, figures)


def test_the_cost_of_an_event_is_the_median_of_the_worker_with_reasons() -> None:
    assert cost_of(report(*FIGURES), history=False, source=FILE) == EventCost(
        speed=5_000,
        cpu_microseconds=140,
        memory_megabytes=300,
        alert_share=0.2,
        database_microseconds=2,
        statement_microseconds=380,
        history_bytes=0,
    )


def test_with_the_history_it_is_that_of_the_worker_with_all_on() -> None:
    cost = cost_of(report(*FIGURES), history=True, source=FILE)

    assert (cost.cpu_microseconds, cost.database_microseconds) == (160, 24)
    assert (cost.history_bytes, cost.has_history) == (930, True)


def test_a_report_that_lacks_a_figure_is_refused() -> None:
    with pytest.raises(BadInput, match=r"worker\.json has no history of 'worker, all on': run"):
        cost_of(report(*FIGURES[:-1]), history=True, source=FILE)


@pytest.mark.parametrize("history", [False, True])
def test_measured_figures_ship_with_the_package(history: bool) -> None:
    cost = event_cost(history=history)

    assert cost.has_history is history
    assert cost.cpu_microseconds > 0
    assert cost.statement_microseconds > 0
