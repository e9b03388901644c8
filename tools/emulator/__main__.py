"""``python -m tools.emulator``: the same as ``churn emulator``."""

import sys

import typer

from consumer.errors import ChurnError
from tools.emulator.command import emulator

if __name__ == "__main__":
    try:
        typer.run(emulator)
    except ChurnError as error:
        sys.exit(f"emulator: {error}")
