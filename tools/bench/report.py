"""What a benchmark says at its end: a table for people, or one JSON object."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from tools.bench.machine import Machine
from tools.bench.quantities import Figure, Target
from tools.errors import BadInput

_VERDICTS = {True: "[green]✓ pass[/green]", False: "[bold red]✗ miss[/bold red]", None: ""}
_SMALL = 10
"""Values below this are shown with two decimals."""


class TargetMissed(BadInput):
    """A figure is worse than its target, and ``--check`` was given."""


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of one benchmark; ``options`` are what it was run with, ``notes`` say more."""

    benchmark: str
    machine: Machine
    options: Mapping[str, Any]
    figures: Sequence[Figure]
    notes: Sequence[str] = ()

    def show(self, *, as_json: bool) -> None:
        """Write the report on stdout."""
        if as_json:
            typer.echo(orjson.dumps(self.document(), option=orjson.OPT_INDENT_2).decode())
        else:
            Console().print(self.table())

    def document(self) -> dict[str, Any]:
        """Give the report as JSON has it."""
        return {
            "benchmark": self.benchmark,
            "machine": asdict(self.machine),
            "options": dict(self.options),
            "figures": [_figure(figure) for figure in self.figures],
        }

    def table(self) -> Table:
        """Give the report as a table, one row a figure."""
        caption = "\n".join([str(self.machine), *self.notes])
        table = Table(box=SIMPLE_HEAD, caption=caption, padding=(0, 1, 0, 0))
        for column in ("quantity", "of"):
            table.add_column(column, overflow="fold")
        for column in ("min", "median", "max", "target", ""):
            table.add_column(column, justify="right", no_wrap=True)
        earlier = None
        for figure in self.figures:
            table.add_row(*_row(figure, first=figure.quantity != earlier))
            earlier = figure.quantity
        return table

    def require_targets(self) -> None:
        """Check that every target is met.

        Raises:
            TargetMissed: one is not.
        """
        missed = [figure for figure in self.figures if figure.passed is False]
        if missed:
            names = ", ".join(f"{one.quantity.key} of {one.subject}" for one in missed)
            raise TargetMissed(f"missed its target: {names}")


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "subject": figure.subject,
        "quantity": figure.quantity.key,
        "unit": figure.quantity.unit,
        "values": list(figure.values),
        **asdict(figure.spread),
        "target": None if figure.target is None else asdict(figure.target),
        "passed": figure.passed,
    }


def _row(figure: Figure, *, first: bool) -> list[str]:
    spread = figure.spread
    values = (spread.minimum, spread.median, spread.maximum)
    name = f"{figure.quantity.title}, {figure.quantity.unit}" if first else ""
    target = _aim(figure.target)
    return [name, figure.subject, *map(short, values), target, _VERDICTS[figure.passed]]


def _aim(target: Target | None) -> str:
    if target is None:
        return ""
    return f"{'≤' if target.at_most else '≥'} {short(target.value)}"


def short(value: float) -> str:
    """Give a figure with as many digits as a reader wants."""
    return f"{value:.2f}" if abs(value) < _SMALL else f"{value:,.0f}"
