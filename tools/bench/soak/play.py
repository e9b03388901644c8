"""The run: a backlog that is published whole, a worker, and its ten parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tools.bench.consumer_process import ConsumerProcess, pausing
from tools.bench.settled import WrongResult, pages_once_settled
from tools.bench.soak.tenths import TENTHS, Tenth, tenths
from tools.bench.watch import BacklogWatch
from tools.bench.world import World
from tools.demo.worker_process import counts_of
from tools.sample.events import sample_events
from tools.terminal import progress


@dataclass(frozen=True, slots=True)
class Run:
    """What came of it."""

    tenths: Sequence[Tenth]
    peak_bytes: int
    """The most that was ever resident, start and imports included."""


def play(events: int, world: World) -> Run:
    """Publish so many events of the sample's customers, then let a worker work through them.

    Raises:
        ChurnError: the worker ends by itself, does not move on, or does not do the job.
        KeyboardInterrupt: Ctrl-C or SIGTERM came.
    """
    made = sample_events(events, seed=1, now=lambda: datetime.now(UTC))
    world.begin(progress((event.message for event in made), "publishing", events))
    with ConsumerProcess("the worker", "consumer", world.environment) as process:
        pause = pausing(world.ending, [process])
        watch = BacklogWatch(events, backlog=world.backlog, pause=pause)
        found = list(progress(tenths(watch, process.usage), "working", TENTHS))
        peak = process.usage().peak_bytes
        [page] = pages_once_settled([process.metrics], events, pause)
    require_the_job(counts_of(page).alert, *world.published())
    return Run(found, peak)


def require_the_job(counted: int, alerts: int, letters: int) -> None:
    """Check what was published against the alerts that the worker counts.

    Raises:
        WrongResult: they differ, or there is a dead letter.
    """
    if letters or alerts != counted:
        raise WrongResult(
            f"the worker published {alerts} alerts and {letters} dead letters, "
            f"and counts {counted} alerts"
        )
