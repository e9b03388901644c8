"""The picture of a report: what consumers reach, and where the worker's time goes."""

from collections.abc import Sequence
from itertools import cycle
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture

from tools.bench.quantities import SPEED, Figure
from tools.bench.report import Report, short
from tools.bench.worker.quantities import CPU, STAGE_PREFIX
from tools.drawing import canvas
from tools.errors import BadInput

_SIZE: Final = (8.0, 8.6)
"""Inches; as wide as the text of a page, so that the labels stay readable there."""
_POINT, _TARGET = "#1b5e8c", "#c0392b"
_COLOURS: Final = (
    *("#5b9bd5", "#9ecae1", "#4fb3a5", "#e9c46a", "#f4a261", "#e98870", "#b39ddb"),
    *("#a9b4c2", "#d4a5a5", "#9dbf8f"),
)
"""Of the stages; black text is readable on each."""
_LEGEND_COLUMNS: Final = 6
_READABLE: Final = 0.05
"""Share of the longest bar from which a stage has room for its value."""


def drawn(report: Report) -> Picture:
    """Draw speed and CPU of each consumer with least and greatest value, and the stages.

    Raises:
        BadInput: the report has no speeds.
    """
    speeds, cpu = _of(report, SPEED.key), _of(report, CPU.key)
    if not speeds:
        raise BadInput("the report has no speeds, so there is nothing to draw")
    stages = [one for one in report.figures if one.quantity.key.startswith(STAGE_PREFIX)]
    picture = canvas(*_SIZE) if stages else canvas(_SIZE[0], _SIZE[1] * 2 / 3)
    picture.suptitle(_title(report))
    plots = picture.subplots(3 if stages else 2, 1)
    _spreads(plots[0], speeds, "events a second (more is better)")
    _spreads(plots[1], cpu, "CPU of the consumer, µs an event (less is better)")
    if stages:
        _stacked(plots[2], stages)
    return picture


def _of(report: Report, quantity: str) -> list[Figure]:
    return [figure for figure in report.figures if figure.quantity.key == quantity]


def _title(report: Report) -> str:
    options, cores = report.options, report.machine.cores
    rounds, events = options.get("rounds", "?"), options.get("events", 0)
    return f"churn bench worker: {rounds} rounds of {events:,} events on {cores} cores"


def _spreads(axes: Axes, figures: Sequence[Figure], label: str) -> None:
    """Draw a point at each median, whiskers to least and greatest, a line at each target.

    The scale is logarithmic, as a consumer may be a hundred times slower than another.
    """
    spreads = [figure.spread for figure in figures]
    medians = [spread.median for spread in spreads]
    below = [spread.median - spread.minimum for spread in spreads]
    above = [spread.maximum - spread.median for spread in spreads]
    rows = range(len(figures))
    axes.errorbar(medians, rows, xerr=[below, above], fmt="o", color=_POINT, capsize=4)
    for row, figure in enumerate(figures):
        value = figure.spread.median
        axes.annotate(short(value), (value, row), (0, 7), textcoords="offset points", ha="center")
        _target(axes, row, figure)
    if all(spread.minimum > 0 for spread in spreads):  # few events may take no tick of the clock
        axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.margins(x=0.08)
    _rows(axes, [figure.subject for figure in figures], label)


def _target(axes: Axes, row: int, figure: Figure) -> None:
    if figure.target is not None:
        value, sign = figure.target.value, "≤" if figure.target.at_most else "≥"
        axes.plot((value, value), (row - 0.4, row + 0.4), "--", color=_TARGET)
        axes.annotate(
            f"target {sign} {short(value)}",
            (value, row),
            (-5, -3),
            textcoords="offset points",
            ha="right",
            color=_TARGET,
        )


def _stacked(axes: Axes, stages: Sequence[Figure]) -> None:
    """Draw the median of each stage, one bar a consumer."""
    subjects = list(dict.fromkeys(figure.subject for figure in stages))
    names = list(dict.fromkeys(figure.quantity.key for figure in stages))
    values = {(one.subject, one.quantity.key): one.spread.median for one in stages}
    widths = {name: [values.get((one, name), 0.0) for one in subjects] for name in names}
    readable = _READABLE * max(map(sum, zip(*widths.values(), strict=True)))
    ends = [0.0] * len(subjects)
    for name, colour in zip(names, cycle(_COLOURS), strict=False):
        label = name.removeprefix(STAGE_PREFIX)
        bars = axes.barh(range(len(ends)), widths[name], left=ends, color=colour, label=label)
        shown = [short(width) if width > readable else "" for width in widths[name]]
        axes.bar_label(bars, shown, label_type="center", fontsize=9)
        ends = [end + width for end, width in zip(ends, widths[name], strict=True)]
    columns = min(len(names), _LEGEND_COLUMNS)
    axes.legend(ncols=columns, loc="lower center", bbox_to_anchor=(0.5, 1), fontsize=9)
    _rows(axes, subjects, "stages of the worker, µs an event; confirm and ack run beside")


def _rows(axes: Axes, names: Sequence[str], label: str) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.7)
    axes.set_xlabel(label)
    axes.grid(axis="x", alpha=0.3)
    axes.set_axisbelow(True)
