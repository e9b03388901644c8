"""Pictures by matplotlib; the same figures always make the same bytes.

Importing matplotlib takes half a second: import this module where a picture is asked for.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

_VARYING: Final[Mapping[str, Mapping[str, str | None]]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
}
"""What matplotlib would write into a file beside the picture: versions and times."""

FORMATS: Final = tuple(_VARYING)
"""File name endings, without the dot."""

_DPI: Final = 110


def empty(title: str, x: str, y: str) -> tuple[Figure, Axes]:
    """Make a picture of one plot, with nothing drawn yet."""
    figure = canvas(6, 4.5)
    axes = figure.add_subplot()
    axes.set(title=title, xlabel=x, ylabel=y)
    return figure, axes


def canvas(width: float, height: float) -> Figure:
    """Make an empty picture, in inches; its background is white on dark pages, too."""
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def rendered(figure: Figure, file_format: str, *, description: str | None = None) -> bytes:
    """Give the content of a file.

    Args:
        figure: what is drawn.
        file_format: one of :data:`FORMATS`.
        description: what the file says of itself, such as what it was drawn from.
    """
    content = BytesIO()
    metadata = {**_VARYING[file_format], "Description": description}
    with mpl.rc_context({"svg.hashsalt": "churn"}):
        figure.savefig(content, format=file_format, dpi=_DPI, metadata=metadata)
    return content.getvalue()
