"""`churn bench plot`: the picture of a report that was saved."""

from pathlib import Path
from typing import Annotated

import typer

from tools.bench.options import picture_file
from tools.bench.report import Report
from tools.bench.saved import read_report


def plot(
    report: Annotated[
        Path, typer.Argument(metavar="FILE", help="What churn bench worker --json printed.")
    ],
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", parser=picture_file, metavar="PICTURE", help="A .svg or .png file."
        ),
    ],
) -> None:
    """Draw a saved report of `churn bench worker`, without measuring again.

    Example: churn bench worker --json > worker.json

    Example: churn bench plot worker.json -o worker.svg
    """
    write_picture(read_report(report, "worker"), output)


def write_picture(report: Report, output: Path) -> None:
    """Draw a report of `churn bench worker` into a file.

    Raises:
        BadInput: the report has no speeds.
        OSError: the file cannot be written.
    """
    # Imported here: who asks for no picture should not wait for matplotlib.
    from tools.bench.worker.plot import drawn  # noqa: PLC0415
    from tools.drawing import rendered  # noqa: PLC0415

    output.write_bytes(rendered(drawn(report), output.suffix.lower().removeprefix(".")))
