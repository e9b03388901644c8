"""The picture of plans: pods and dollars against the rate."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from tools.capacity.disk import LEAST_DAYS
from tools.capacity.plan import Plan
from tools.drawing import canvas

RATES: Final = tuple(round(10 ** (2 + step / 8)) for step in range(29))
"""Events a second, from 100 to more than 300,000, evenly on a logarithmic scale."""

_SIZE: Final = (8.0, 3.8)
_OFF, _ON, _PART = "#1b5e8c", "#c0392b", "#7f8c8d"


def drawn(without: Sequence[Plan], with_history: Sequence[Plan]) -> Figure:
    """Draw plans of rising rates, without and with the history."""
    picture = canvas(*_SIZE)
    pods, dollars = picture.subplots(1, 2)
    fitting = [plan for plan in with_history if plan.needs.disk.days_kept >= LEAST_DAYS]

    _line(pods, without, _pods, color=_OFF, label="history off")
    _line(pods, with_history, _pods, color=_ON, label="history on")
    _scales(pods, "worker pods (N+1)")
    pods.set_ylim(bottom=1)

    _line(dollars, without, _total, color=_OFF, label="all, history off")
    _line(dollars, fitting, _total, color=_ON, label="all, history on")
    _line(dollars, without, lambda plan: plan.costs.pubsub, color=_PART, ls=":", label="Pub/Sub")
    _line(dollars, without, lambda plan: plan.costs.gke, color=_PART, ls="--", label="GKE")
    if fitting:
        last = fitting[-1]
        dollars.plot(last.needs.rate, last.costs.total, "x", color=_ON)
    _scales(dollars, "$ an hour")
    return picture


def _pods(plan: Plan) -> float:
    return plan.needs.workers.pods


def _total(plan: Plan) -> float:
    return plan.costs.total


def _line(axes: Axes, plans: Sequence[Plan], height: Callable[[Plan], float], **style: Any) -> None:
    axes.plot([plan.needs.rate for plan in plans], list(map(height, plans)), **style)


def _scales(axes: Axes, title: str) -> None:
    axes.set_title(title, fontsize=11)
    axes.set_xlabel("events a second")
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:,.10g}")
        axis.set_minor_formatter(NullFormatter())
    axes.grid(alpha=0.3)
    axes.legend(fontsize=9)
