"""Parts of an HTML page that needs nothing but itself."""

import base64
from collections.abc import Iterable, Sequence
from html import escape


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, text: int = 1, long: int | None = None
) -> str:
    """Lay out a table.

    Args:
        head: of the columns.
        rows: cells, as text.
        text: how many columns from the left are text; the others are numbers.
        long: which column may be broken into lines.
    """
    kinds = ["fixed" if place < text else "number" for place in range(len(head))]
    if long is not None:
        kinds[long] = "long"
    top = _row("th", head, kinds)
    body = "".join(_row("td", row, kinds) for row in rows)
    return f"<table><thead>{top}</thead><tbody>{body}</tbody></table>"


def _row(tag: str, cells: Iterable[str], kinds: Iterable[str]) -> str:
    laid_out = (
        f'<{tag} class="{kind}">{escape(cell)}</{tag}>'
        for cell, kind in zip(cells, kinds, strict=True)
    )
    return f"<tr>{''.join(laid_out)}</tr>"


def paragraph(text: str) -> str:
    """Write a paragraph."""
    return f"<p>{escape(text)}</p>"


def bullets(lines: Iterable[str]) -> str:
    """Write a list; nothing for none."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""


def image(about: str, png: bytes) -> str:
    """Write a picture into the page."""
    data = base64.b64encode(png).decode("ascii")
    return f'<img alt="{escape(about)}" src="data:image/png;base64,{data}">'
