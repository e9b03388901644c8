"""Find the item that makes a whole batch fail, so that it fails alone."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from consumer.errors import EventError

Item = TypeVar("Item")
Result = TypeVar("Result")


def isolate(
    run: Callable[[Sequence[Item]], Sequence[Result]], items: Sequence[Item]
) -> list[Result | EventError]:
    """Run a batch; where it fails because of one item, run its halves, down to that item.

    Gives one result an item, in order: what ``run`` gave, or the error of that item alone. A batch
    without a bad item costs one call; one bad item among n costs about 2 log2(n) more.

    Raises:
        ChurnError: whatever ``run`` raises that is not about one event, such as an outage.
    """
    if not items:
        return []
    try:
        return list(run(items))
    except EventError as error:
        if len(items) == 1:
            return [error]
    half = len(items) // 2
    return isolate(run, items[:half]) + isolate(run, items[half:])
