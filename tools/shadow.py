"""`churn shadow`: what would change if the shadow model were the one that scores."""

from dataclasses import asdict
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from consumer.settings import Settings
from tools.errors import BadInput
from tools.options import Config
from tools.shadow_report import Comparison, PairOfModels, add_up, read
from tools.terminal import settings_of

_SHOWN = 12
_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - what is listened on, not what we listen on


def shadow(
    addresses: Annotated[
        list[str] | None,
        typer.Argument(help="Workers as host:port; else the one that the settings name."),
    ] = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON list.")] = False,
) -> None:
    """Show how many decisions would change with the model of `model.shadow`, by country and risk.

    The source is /metrics of the workers that are named, added up: what each counted since it
    began to compare these two models. Workers that are not named are not in it, nor is anything
    from before a restart. Decisions are compared by the thresholds alone, without the history's
    crossings and cool-downs. Exits with 1 where no worker compares models.

    Example: churn shadow 10.0.0.7:8080 10.0.0.8:8080
    """
    settings = settings_of(config)
    asked = addresses or [_own(settings)]
    found = add_up(read(each) for each in asked)
    if not found:
        raise BadInput(
            f"no shadow was compared yet at {', '.join(asked)}: set model.shadow there, and look "
            "at the notes of the status page whether it was loaded"
        )
    if as_json:
        typer.echo(orjson.dumps([_document(*each) for each in found.items()]).decode())
        return
    console = Console(highlight=False)
    for pair, comparison in found.items():
        console.print(table(pair, comparison))


def _own(settings: Settings) -> str:
    host = "127.0.0.1" if settings.api.host in _EVERYWHERE else settings.api.host
    return f"{host}:{settings.api.port}"


def _document(pair: PairOfModels, comparison: Comparison) -> dict[str, object]:
    decisions = [
        {"country": country, "current": current, "candidate": candidate, "events": count}
        for (country, current, candidate), count in sorted(comparison.decisions.items())
    ]
    return {
        **asdict(pair),
        "workers": comparison.workers,
        "compared": comparison.compared(),
        "changed": comparison.changed(),
        "decisions": decisions,
        "skipped": dict(comparison.skipped),
    }


def table(pair: PairOfModels, comparison: Comparison) -> Table:
    """Lay a comparison out, a row a country and one for all."""
    left_out = ", ".join(f"{count} {why}" for why, count in comparison.skipped.items() if count)
    shown = Table(
        *("country", "compared", "new alerts", "lost alerts", "risk up", "risk down", "changed"),
        title=escape(
            f"{pair.name} {pair.version} ({pair.sha256[:_SHOWN]}) against "
            f"{pair.against[:_SHOWN]}, workers: {comparison.workers}"
        ),
        caption=f"not compared: {left_out or 'none'}",
    )
    for country in comparison.countries():
        shown.add_row(*_row(country, comparison, country))
    shown.add_section()
    shown.add_row(*_row("all", comparison, None))
    return shown


def _row(name: str, comparison: Comparison, country: str | None) -> list[str]:
    compared, changed = comparison.compared(country), comparison.changed(country)
    counts = (
        compared,
        comparison.new_alerts(country),
        comparison.lost_alerts(country),
        comparison.raised(country),
        comparison.lowered(country),
    )
    share = f"{100 * changed / compared:.1f} %" if compared else "-"
    return [escape(name), *map(str, counts), f"{changed} ({share})"]
