"""Messages of the past are read here, and judged by processes; their tallies are added up."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from consumer.garbage import leave_alone_what_stays
from tools.replay.source import Entry, Rejected
from tools.what_if.chunks import Chunk, chunked
from tools.what_if.processes import Processes
from tools.what_if.progress import Advance
from tools.what_if.tally import Sum, Tally
from tools.what_if.work import Work


class Played(NamedTuple):
    """What was counted, and how long it took."""

    tally: Tally
    seconds: float
    """From when the processes were ready; loading the models took some before."""


def play(
    items: Iterable[Entry | Rejected],
    work: Work,
    *,
    processes: int,
    advance: Advance,
    check: Callable[[], object],
    clock: Callable[[], float] = time.monotonic,
) -> Played:
    """Judge everything; the tally is the same, however many processes there are.

    Args:
        items: as a source gives them, once they are selected.
        work: the models, and where customers are looked up.
        processes: how many judge, beside this one, which reads.
        advance: is told how far it is.
        check: raises where somebody asked to stop.
        clock: seconds that never go back.

    Raises:
        ChurnError: what is read from is away, or the database, or a process has ended.
    """

    def told() -> Iterator[Chunk]:
        for chunk in chunked(items):
            check()
            yield chunk
            advance(chunk.first + len(chunk.messages), chunk.read)

    leave_alone_what_stays()
    total = Sum()
    with Processes(processes, work, check=check) as judging:
        judging.wait_ready()
        began = clock()
        for tally in judging.tallies(told()):
            total.add(tally)
        return Played(total.total(), clock() - began)
