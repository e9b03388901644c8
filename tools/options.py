"""Options that several commands have in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from schemas.moments import Moment
from tools.errors import BadInput

_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)

Config = Annotated[Path | None, typer.Option(help="YAML file of settings.")]
CustomersCsv = Annotated[Path, typer.Option("-c", "--customers", help="CSV of customers.")]
IndicatorsCsv = Annotated[Path, typer.Option("-i", "--indicators", help="CSV of indicators.")]


@contextmanager
def wrong_usage() -> Iterator[None]:
    """Take bad input for wrong usage, which ends with another exit code, as a command line can be.

    Raises:
        BadParameter: in place of BadInput.
    """
    try:
        yield
    except BadInput as error:
        raise typer.BadParameter(str(error)) from None


def moment(text: str) -> datetime:
    """Read a time as it stands on the command line.

    Raises:
        BadParameter: it is no RFC 3339 time.
    """
    try:
        return _MOMENT.validate_python(text)
    except ValidationError as error:
        raise typer.BadParameter(error.errors()[0]["msg"].removeprefix("Value error, ")) from None
