"""Options that all benchmarks have in common."""

from typing import Annotated

import typer

Rounds = Annotated[
    int, typer.Option(min=1, max=100, help="Rounds, interleaved over what is compared.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Report as one JSON object.")]
Check = Annotated[bool, typer.Option("--check", help="Exit with 1 where a target is missed.")]
