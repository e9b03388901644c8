"""`churn capacity`: what a rate of events needs and costs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from tools.capacity.inputs import Inputs, read_inputs
from tools.capacity.lines import lines
from tools.capacity.measured import event_cost
from tools.capacity.plan import Plan, plan


def capacity(
    *,
    rate: Annotated[float, typer.Option(min=0.001, max=1e9, help="Events a second, at the peak.")],
    inputs: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="TOML file with your own prices, limits and headroom."),
    ] = None,
    measured: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What churn bench worker --json printed, on your nodes."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON object.")] = False,
) -> None:
    """Size a deployment: pods, database, Pub/Sub, cost an hour, and what breaks first.

    It is arithmetic on measured figures, which ship with this package, and on inputs such as
    prices, which docs/capacity.md lists with their sources and which a file can change.

    Example: churn capacity --rate 25000

    Example: churn capacity --rate 25000 --inputs mine.toml --measured worker.json --json
    """
    assumed = read_inputs(inputs)
    plans = plans_for(rate, assumed, measured)
    if as_json:
        document = _document(rate, plans, assumed)
        typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
    else:
        Console().print(_table(rate, plans))


def plans_for(rate: float, inputs: Inputs, measured: Path | None = None) -> list[Plan]:
    """Plan for a rate without and with the history.

    Raises:
        BadInput: the report of the benchmark is missing, or lacks a figure.
    """
    return [
        plan(rate, event_cost(history=history, path=measured), inputs) for history in (False, True)
    ]


def _document(rate: float, plans: Sequence[Plan], inputs: Inputs) -> dict[str, object]:
    return {
        "rate": rate,
        "plans": [each.document() for each in plans],
        "inputs": inputs.model_dump(),
    }


def _table(rate: float, plans: Sequence[Plan]) -> Table:
    table = Table(box=SIMPLE_HEAD, title=f"{rate:,.10g} events a second")
    table.add_column("")
    for each in plans:
        table.add_column("history on" if each.history else "history off", justify="right")
    columns = [lines(each) for each in plans]
    for name in columns[0]:
        table.add_row(name, *(column[name] for column in columns))
    return table
