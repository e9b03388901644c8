"""The report on a terminal."""

from collections.abc import Iterator
from typing import Final

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from tools.what_if import rows
from tools.what_if.findings import Findings
from tools.what_if.rows import Rows
from tools.what_if.summary import summary
from tools.what_if.words import WHY_LEFT_OUT, count

_SHOWN: Final = 12
"""Digits of a digest that a person compares."""


def show(found: Findings, console: Console) -> None:
    """Print everything that was found, what it comes to first."""
    for part in _parts(found):
        console.print(part)


def _parts(found: Findings) -> Iterator[RenderableType]:
    said = summary(found)
    yield f"[bold]{escape(said.verdict)}[/bold]"
    for text in (said.changes, said.alerts, said.truth):
        yield escape(text)
    if said.look_at:
        yield "\nBefore you decide:"
    for line in said.look_at:
        yield Padding(f"- {escape(line)}", (0, 0, 0, 2))
    yield f"\n{escape(_compared(found))}"
    yield _table(_short(rows.models(found)))
    yield from map(_table, rows.all_but_models(found))
    for why, messages in found.left_out.items():
        yield escape(f"not compared: {count(messages)} {WHY_LEFT_OUT[why]}")
    for problem in found.problems:
        yield escape(f"such as {problem.text}")


def _compared(found: Findings) -> str:
    first, last = found.period
    return (
        f"{found.about.source}: {count(found.messages)} messages, "
        f"{count(found.decisions.compared())} compared, of {count(found.customers)} customers, "
        f"event time {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
    )


def _short(models: Rows) -> Rows:
    """Shorten the digests to what a person compares."""
    short = [[*row[:3], row[3][:_SHOWN], *row[4:]] for row in models.rows]
    return models._replace(rows=short)


def _table(each: Rows) -> Table:
    shown = Table(title=escape(each.title), title_justify="left")
    for place, name in enumerate(each.head):
        shown.add_column(escape(name), justify="left" if place < each.text else "right")
    for row in each.rows:
        shown.add_row(*map(escape, row))
    return shown
