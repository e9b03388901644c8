"""The plots of a comparison, as PNG."""

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

from tools.drawing import canvas, rendered
from tools.what_if.differences import Differences
from tools.what_if.quality import Quality
from tools.what_if.tally import STEPS
from tools.what_if.volume import Volume

CURRENT: Final = "#7f7f7f"
CANDIDATE: Final = "#1f77b4"

BARS: Final = 60
"""Of the histogram, at most."""
SINGLE_DAYS: Final = 14
"""Up to so many days each is marked."""


def difference_plot(differences: Differences) -> bytes:
    """Draw how many events differ by how much; the scale of events is logarithmic."""
    edges, events = _bars(differences)
    figure = canvas(6.4, 4)
    axes = figure.add_subplot()
    axes.set(
        title="How far probabilities differ",
        xlabel="candidate minus current",
        ylabel="events (logarithmic)",
        yscale="log",
    )
    axes.bar(edges[:-1], events, np.diff(edges), align="edge", color=CANDIDATE)
    axes.axvline(0, linestyle=":", color="black")
    axes.grid(axis="y", alpha=0.3)
    return rendered(figure, "png")


def _bars(differences: Differences) -> tuple["np.ndarray[tuple[int], np.dtype[np.float64]]", ...]:
    """Put thousandths together into bars, from the least to the greatest difference."""
    seen = np.flatnonzero(differences.counts)
    first, last = int(seen[0]), int(seen[-1])
    width = max(1, -(-(last - first + 1) // BARS))
    starts = np.arange(first, last + 1, width)
    events = np.add.reduceat(differences.counts[first : last + 1], starts - first)
    ends = np.append(starts, starts[-1] + width)
    return (ends - STEPS - 0.5) / STEPS, events.astype(np.float64)


def volume_plot(volume: Volume) -> bytes:
    """Draw the alerts of each day."""
    figure = canvas(6.4, 4)
    axes = figure.add_subplot()
    axes.set(title="Alerts a day", ylabel="alerts")
    marker = "o" if len(volume.days) <= SINGLE_DAYS else None
    dates = [each.date for each in volume.days]
    for name, color, alerts in (
        ("current", CURRENT, [each.current for each in volume.days]),
        ("candidate", CANDIDATE, [each.candidate for each in volume.days]),
    ):
        axes.plot(dates, alerts, color=color, label=name, marker=marker)  # type: ignore[arg-type]  # dates are taken
    _dated(axes)
    most = max(max(each.current, each.candidate) for each in volume.days)
    axes.set_ylim(0, 1.1 * max(most, 1))
    axes.grid(axis="y", alpha=0.3)
    axes.legend()
    return rendered(figure, "png")


def _dated(axes: Axes) -> None:
    # matplotlib's dates have no types
    locator = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(
        ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
    )


def quality_plot(measured: Quality) -> bytes:
    """Draw F1, precision and recall of both models, with their intervals where there are any."""
    figure = canvas(6.4, 4)
    axes = figure.add_subplot()
    places = np.arange(len(measured.metrics))
    for shift, name, color in ((-0.12, "current", CURRENT), (0.12, "candidate", CANDIDATE)):
        values = [getattr(each, name) for each in measured.metrics.values()]
        spans = [getattr(each, f"{name}_interval") for each in measured.metrics.values()]
        axes.plot(places + shift, values, "o", color=color, label=name)
        for place, span in zip(places + shift, spans, strict=True):
            if span is not None:
                axes.vlines(place, span.low, span.high, color=color, linewidth=2)
    titles = [{"f1": "F1"}.get(name, name) for name in measured.metrics]
    axes.set_xticks(places, titles)
    axes.set(title="Where it is known who left", xlim=(-0.6, len(places) - 0.4), ylim=(0, 1.02))
    axes.grid(axis="y", alpha=0.3)
    axes.legend()
    return rendered(figure, "png")
