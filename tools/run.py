"""`churn run`: the worker, as the image runs it."""

from pathlib import Path
from typing import Annotated

import typer

from consumer.__main__ import main


def run(
    config: Annotated[Path | None, typer.Option(help="YAML file of settings.")] = None,
) -> None:
    """Run the worker until SIGTERM or Ctrl-C; the same as `python -m consumer`.

    Example: churn run --config config.yml
    """
    raise typer.Exit(main(["run"] if config is None else ["run", f"--config={config}"]))
