"""The messages that are meant, of all that a source has."""

from collections.abc import Iterable, Iterator

from tools.replay.selection import Selection, Unreadable, select
from tools.replay.source import Entry, Rejected
from tools.what_if.judge import TOPIC


def chosen(
    items: Iterable[Entry | Rejected], selection: Selection, limit: int | None
) -> Iterator[Entry | Rejected]:
    """Give what is meant, and with it what cannot be read, which is told of and counted.

    Args:
        items: as a source gives them.
        selection: which events are meant.
        limit: how many messages at the most, readable or not; None for all.
    """
    meant = items if selection == Selection() else _selected(items, selection)
    left = limit
    for item in meant:
        if left == 0:
            return
        yield item
        if left is not None and not isinstance(item, Rejected):
            left -= 1


def _selected(
    items: Iterable[Entry | Rejected], selection: Selection
) -> Iterator[Entry | Rejected]:
    for item in items:
        if isinstance(item, Rejected):
            yield item
            continue
        found = select(item, selection, TOPIC)
        if isinstance(found, Unreadable):
            yield item  # whoever judges it says what is wrong with it
        elif found is not None:
            yield found.entry
