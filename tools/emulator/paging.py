"""Lists in pages: names in order, and a token that is the last name of the page before."""

from collections.abc import Iterable

from tools.emulator.errors import InvalidArgument

LARGEST_PAGE = 1_000


def page(names: Iterable[str], size: int, token: str) -> tuple[list[str], str]:
    """Give one page of ``names`` and the token of the next page, empty after the last.

    Raises:
        InvalidArgument: the page size is negative.
    """
    if size < 0:
        raise InvalidArgument(f"page_size is not negative: {size}")
    size = min(size or LARGEST_PAGE, LARGEST_PAGE)
    following = sorted(name for name in names if name > token)
    return following[:size], following[size - 1] if len(following) > size else ""
