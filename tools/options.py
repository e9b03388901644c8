"""Options that several commands have in common."""

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[Path | None, typer.Option(help="YAML file of settings.")]
CustomersCsv = Annotated[Path, typer.Option("-c", "--customers", help="CSV of customers.")]
IndicatorsCsv = Annotated[Path, typer.Option("-i", "--indicators", help="CSV of indicators.")]
