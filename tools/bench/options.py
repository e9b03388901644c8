"""Options that all benchmarks have in common."""

from pathlib import Path
from typing import Annotated

import typer


def picture_file(text: str) -> Path:
    """Read the name of a picture, before anything is measured for it.

    Raises:
        BadParameter: its ending names no format, or its folder is missing.
    """
    # Imported here: it takes matplotlib half a second.
    from tools.drawing import FORMATS  # noqa: PLC0415

    path = Path(text)
    if path.suffix.lower().removeprefix(".") not in FORMATS:
        endings = " or ".join(f".{each}" for each in FORMATS)
        raise typer.BadParameter(f"{text!r} must end in {endings}")
    if not path.parent.is_dir():
        raise typer.BadParameter(f"the folder of {text!r} does not exist")
    return path


Rounds = Annotated[
    int, typer.Option(min=1, max=100, help="Rounds, interleaved over what is compared.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Report as one JSON object.")]
Check = Annotated[bool, typer.Option("--check", help="Exit with 1 where a target is missed.")]
