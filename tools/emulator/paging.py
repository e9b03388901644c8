"""Lists in pages: names in order, and a token that is the last name of the page before."""

import re
from collections.abc import Iterable

from tools.emulator.errors import InvalidArgument

LARGEST_PAGE = 1_000

_TOKEN = re.compile(r"projects/[^/]+/[a-z]+/[^/]+")


def page(names: Iterable[str], size: int, token: str) -> tuple[list[str], str]:
    """Give one page of ``names`` and the token of the next page, empty after the last.

    Raises:
        InvalidArgument: the page size is negative, or the token is none that a list gave.
    """
    if size < 0:
        raise InvalidArgument(f"page_size is not negative: {size}")
    if token and _TOKEN.fullmatch(token) is None:
        raise InvalidArgument("page_token is none: pass next_page_token of the page before")
    size = min(size or LARGEST_PAGE, LARGEST_PAGE)
    following = sorted(name for name in names if name > token)
    return following[:size], following[size - 1] if len(following) > size else ""
