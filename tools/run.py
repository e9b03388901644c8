"""`churn run`: the worker, as the image runs it."""

import typer

from consumer.__main__ import main
from tools.options import Config


def run(
    config: Config = None,
) -> None:
    """Run the worker until SIGTERM or Ctrl-C; the same as `python -m consumer`.

    Example: churn run --config config.yml
    """
    raise typer.Exit(main(["run"] if config is None else ["run", f"--config={config}"]))
