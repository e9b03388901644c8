"""`churn doctor`: what is wrong with this installation, and how to mend it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from consumer.doctor import CheckResult, Status, run_checks
from consumer.doctor.report import failed, lines, summary
from consumer.errors import BadSettings
from consumer.logs import configure_logging
from consumer.settings import load_settings
from tools.options import Config

_STYLES = {Status.OK: "green", Status.WARN: "yellow", Status.FAIL: "bold red", Status.SKIP: "dim"}


def doctor(
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON list.")] = False,
) -> None:
    """Check settings, database, model, topics, subscription and permissions one by one.

    Nothing is changed. Exits with 1 when the worker could not do its job.

    Example: churn doctor --config config.yml
    """
    results = _examine(config)
    if as_json:
        typer.echo(orjson.dumps(results, option=orjson.OPT_INDENT_2).decode())
    elif sys.stdout.isatty():
        Console().print(_table(results))
    else:
        typer.echo("\n".join(lines(results)))
    raise typer.Exit(int(failed(results)))


def _examine(config: Path | None) -> list[CheckResult]:
    try:
        settings = load_settings(config)
    except BadSettings as error:
        return [CheckResult("settings", Status.FAIL, str(error), "correct them and ask again")]
    configure_logging(settings.log, sys.stderr, secrets=settings.secrets)
    with Console(stderr=True).status("asking"):
        return run_checks(settings, config=config)


def _table(results: Sequence[CheckResult]) -> Table:
    table = Table("", "check", "what was found", caption=summary(results))
    for result in results:
        style = _STYLES[result.status]
        mend = f"\n[dim]→ {escape(result.mend)}[/dim]" if result.mend else ""
        table.add_row(
            f"[{style}]{result.status}[/{style}]", result.name, escape(result.detail) + mend
        )
    return table
