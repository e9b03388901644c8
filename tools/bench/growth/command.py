"""`churn bench growth`: a lot beside a little."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import partial
from typing import Annotated

import typer

from tools.bench.growth.customers import fill
from tools.bench.growth.figures import figures
from tools.bench.growth.pairs import USUAL, Pair, Side, Sizes, pairs_of
from tools.bench.growth.play import Run, play
from tools.bench.options import AsJson, Check, Rounds
from tools.bench.process_usage import require_proc
from tools.bench.rounds import interleaved
from tools.bench.subject import chosen, keys_of
from tools.bench.worker_report import worker_defaults, worker_report
from tools.bench.world import World, open_world
from tools.terminal import interruption, progress, told_when_interrupted

_KEYS = keys_of(pairs_of(USUAL))
_WARM_UP_SHARE = 10
"""One in so many events of a small backlog is not measured, and as many of a large one."""


def growth(
    *,
    by: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=f"Only this, and others so named: {_KEYS}."),
    ] = None,
    events: Annotated[
        int, typer.Option(min=10, help="Events in every backlog but the large one.")
    ] = USUAL.events,
    backlog: Annotated[int, typer.Option(min=10, help="Events in the large one.")] = USUAL.backlog,
    customers: Annotated[
        int, typer.Option(min=1, help="Customers in the small database.")
    ] = USUAL.customers,
    more_customers: Annotated[
        int, typer.Option(min=1, help="In the large one.")
    ] = USUAL.more_customers,
    rounds: Rounds = 3,
    as_json: AsJson = False,
    check: Check = False,
) -> None:
    """See whether an event costs more with a longer backlog, more customers, or a second worker.

    In each round a large run follows its small one: ten times the events in the backlog; a hundred
    times the customers in the database, with events of all of them alike; two workers on the same
    backlog instead of one. All workers are `python -m consumer` with default settings. The clock
    runs from when all workers are ready and as many events are acknowledged as a tenth of a small
    backlog has, to the last ack. A target stands beside its figure; missing it is no failure
    without --check. Needs Linux.

    Example: churn bench growth --by customers

    Example: churn bench growth --rounds 5 --json --check
    """
    require_proc()
    sizes = Sizes(events, backlog, customers, more_customers)
    pairs = chosen(pairs_of(sizes), by or [], "--by")
    load = os.getloadavg()[0]
    with told_when_interrupted():
        runs = _runs(pairs, sizes, rounds)
    options = {
        **asdict(sizes),
        "rounds": rounds,
        **worker_defaults(),
        "load_before": round(load, 2),
    }
    report = worker_report("growth", options, figures(runs))
    report.show(as_json=as_json)
    if check:
        report.require_targets()


def _runs(pairs: Sequence[Pair], sizes: Sizes, rounds: int) -> list[Run]:
    """Play all rounds.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM came; what was started is stopped.
    """
    sides = [side for pair in pairs for side in (pair.small, pair.large)]
    warm_up = sizes.events // _WARM_UP_SHARE
    with (
        interruption() as ending,
        ending.may_end_children(),
        open_world(ending) as world,
        _worlds(world, sides) as worlds,
    ):
        runs = interleaved(
            sides, rounds, lambda side: [play(side, warm_up, worlds[side.customers])]
        )
        return list(progress(runs, "measuring", rounds * len(sides)))


@contextmanager
def _worlds(world: World, sides: Sequence[Side]) -> Iterator[Mapping[int | None, World]]:
    """Give the world of each number of generated customers, beside that of the sample's."""
    numbers = sorted({side.customers for side in sides if side.customers is not None})
    with ExitStack() as open_worlds:
        found: dict[int | None, World] = {None: world}
        for number in progress(numbers, "generating customers"):
            beside = world.beside(f"customers{number}", partial(fill, count=number))
            found[number] = open_worlds.enter_context(beside)
        yield found
