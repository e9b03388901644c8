"""One run of one side: a backlog, its workers, and what an event cost them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from consumer.message import OutgoingMessage
from tools.bench.consumer_process import pausing
from tools.bench.growth.customers import ids
from tools.bench.growth.pairs import Side
from tools.bench.growth.workers import Workers
from tools.bench.settled import WrongResult, pages_once_settled
from tools.bench.watch import BacklogWatch, Measured, watched
from tools.bench.world import World
from tools.emulator.server import Backlog
from tools.sample.events import sample_events


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one side in one round."""

    side: Side
    measured: Measured


def play(side: Side, warm_up: int, world: World) -> Run:
    """Let the workers of one side work through its backlog.

    Args:
        side: what is measured.
        warm_up: so many events are not; nor what comes before all workers are ready, for the CPU
            that one of them takes to start is nobody's cost of an event.
        world: the servers, with the side's customers.

    Raises:
        ChurnError: a worker ends by itself, does not move on, or does not do the job.
        KeyboardInterrupt: Ctrl-C or SIGTERM came.
    """
    world.begin(_events(side))
    with Workers(side.workers, world.environment) as workers:
        pause = pausing(world.ending, workers.processes)
        watch = BacklogWatch(side.events, backlog=world.backlog, pause=pause)

        def begun(left: Backlog) -> bool:
            # Ready first: it is to be asked while the workers start, not while they are measured.
            return workers.all_ready() and sum(left) <= side.events - warm_up

        measured = watched(watch, usage=workers.usage, database_cpu=world.database_cpu, begun=begun)
        pages_once_settled(workers.metrics, side.events, pause)
    _require_no_dead_letter(world)
    return Run(side, measured)


def _events(side: Side) -> Iterator[OutgoingMessage]:
    customers = None if side.customers is None else ids(side.customers)
    made = sample_events(side.events, seed=1, now=lambda: datetime.now(UTC), customers=customers)
    return (event.message for event in made)


def _require_no_dead_letter(world: World) -> None:
    _, letters = world.published()
    if letters:
        raise WrongResult(f"the workers published {letters} dead letters")
