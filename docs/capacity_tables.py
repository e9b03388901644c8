"""The tables of the capacity page, from measured figures and inputs, by the code of the command."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields

import orjson
from matplotlib.figure import Figure
from pydantic import BaseModel

from docs.performance_tables import table
from tools.capacity.disk import LEAST_DAYS
from tools.capacity.inputs import Inputs
from tools.capacity.limits import Limit
from tools.capacity.lines import amount, lines
from tools.capacity.measured import EventCost, event_cost
from tools.capacity.picture import RATES, drawn
from tools.capacity.plan import Plan, plan
from tools.capacity.remedies import REMEDIES

SIZES = (1_000, 10_000, 100_000)
"""Events a second of the page."""

_WIDTH = 100
_SHOWN = 3
"""Limits of a size that are shown, the nearest ones."""


def summary() -> str:
    """Every line of every size, without and with the history."""
    plans = [_plan(rate, history=history) for rate in SIZES for history in (False, True)]
    columns = [lines(each) for each in plans]
    head = ["events/s", *(f"{plan.needs.rate:,.0f}{_suffix(plan)}" for plan in plans)]
    return table(head, ([name, *(column[name] for column in columns)] for name in columns[0]))


def size(rate: float) -> str:
    """What breaks first at a size, and what to do then."""
    plans = [_plan(rate, history=history) for history in (False, True)]
    head = ["history", "limit", "used", "of", "share", "reached at, events/s"]
    rows = (_limit_row(each, limit) for each in plans for limit in each.limits[:_SHOWN])
    return "\n".join([*map(_first, plans), table(head, rows)])


def remedies() -> str:
    """What to do about each limit."""
    return table(["limit", "when it is reached"], ((str(k), text) for k, text in REMEDIES.items()))


def history() -> str:
    """How large the history gets."""
    head = ["events/s", "rows a day", "GB a day", *_DISK_HEAD]
    return table(head, map(_history_row, SIZES))


def measured() -> str:
    """The measured figures that the sums begin with."""
    costs = [event_cost(history=history) for history in (False, True)]
    rows = (
        [f"`{name}`", *(f"{getattr(cost, name):,.4g}" for cost in costs)]
        for name in (field.name for field in fields(EventCost))
    )
    return table(["measured", "history off", "history on"], rows)


def inputs() -> str:
    """Every input with its value and meaning."""
    return table(["input", "value", "meaning"], _input_rows(Inputs()))


def picture() -> Figure:
    """Pods and dollars against the rate."""
    return drawn(*_pictured())


def pictured() -> bytes:
    """The figures that the picture shows."""
    return orjson.dumps([[asdict(each) for each in plans] for plans in _pictured()])


def _pictured() -> tuple[list[Plan], list[Plan]]:
    without, with_history = (
        [_plan(rate, history=history) for rate in RATES] for history in (False, True)
    )
    return without, with_history


def _plan(rate: float, *, history: bool) -> Plan:
    return plan(rate, event_cost(history=history), Inputs())


def _suffix(plan: Plan) -> str:
    return ", history" if plan.history else ""


def _first(plan: Plan) -> str:
    first, history = plan.breaks_first, "With" if plan.history else "Without"
    if first.share > 1:
        when = f"does not suffice: {amount(first.used)} of {amount(first.of)} {first.unit}"
    else:
        when = f"ends first, at {amount(first.reached_at)} events a second"
    text = f"**{history} the history** the {first.name} {when}. {first.remedy}"
    return f"{textwrap.fill(text, _WIDTH, break_on_hyphens=False)}\n"


def _limit_row(plan: Plan, limit: Limit) -> Sequence[str]:
    return [
        "on" if plan.history else "off",
        str(limit.name),
        amount(limit.used),
        f"{amount(limit.of)} {limit.unit}",
        f"{100 * limit.share:,.0f} %",
        amount(limit.reached_at),
    ]


_DISK_HEAD = (
    f"GB of {LEAST_DAYS} days",
    f"$/month of {LEAST_DAYS} days",
    "days in the largest disk",
)


def _history_row(rate: float) -> Sequence[str]:
    disk, given = _plan(rate, history=True).needs.disk, Inputs()
    prices, gigabytes = given.prices, LEAST_DAYS * disk.gigabytes_a_day
    return [
        f"{rate:,}",
        f"{disk.rows_a_day:,.0f}",
        f"{disk.gigabytes_a_day:,.0f}",
        f"{gigabytes:,.0f}",
        f"{gigabytes * prices.sql_disk_month * prices.sql_standby_factor:,.0f}",
        f"{given.database.room_for_history / disk.gigabytes_a_day:,.0f}",
    ]


def _input_rows(given: Inputs) -> Iterator[Sequence[str]]:
    for section in type(given).model_fields:
        values: BaseModel = getattr(given, section)
        for name, field in type(values).model_fields.items():
            value = getattr(values, name)
            shown = ", ".join(map(str, value)) if isinstance(value, tuple) else f"{value:,.10g}"
            meaning = (field.description or "").replace("\n", " ")
            yield [f"`{section}.{name}`", shown, meaning]
