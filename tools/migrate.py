"""`churn migrate`: the score history's tables, brought up to date."""

from typing import Annotated

import orjson
import typer

from consumer.history.command import bring_up_to_date
from tools.options import Config
from tools.terminal import settings_of


def migrate(
    check: Annotated[
        bool,
        typer.Option("--check", help="Change nothing; exit with 1 if anything is missing."),
    ] = False,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON object.")] = False,
) -> None:
    """Make or change the tables of the score history, step by step.

    Each step only adds, so workers of the version before go on meanwhile. Running it again is
    harmless, and so is running it twice at once.

    Example: churn migrate --check
    """
    report = bring_up_to_date(settings_of(config), only_check=check)
    typer.echo(orjson.dumps(report).decode() if as_json else str(report))
    raise typer.Exit(0 if report.is_current else 1)
