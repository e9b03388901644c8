"""A start: from the process to its first alert, with an event that lies there already."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from consumer.message import OutgoingMessage
from schemas.events import CustomerEvent, CustomerUpdate, binary_message
from tools.bench.consumer_process import ConsumerProcess, pausing
from tools.bench.process_usage import UsageUnknown
from tools.bench.start.imports import import_seconds
from tools.bench.start.profile import SWITCH, Profile, profile_of
from tools.bench.watch import NoProgress
from tools.bench.world import World
from tools.sample import CUSTOMER_CSV
from tools.tables_csv import read_customers

PATIENCE_SECONDS = 120.0
MAIN = "consumer.__main__"


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one round."""

    seconds: float
    """From the start of the process to its first alert."""
    import_seconds: float
    """Of all that it imports, in a process that does nothing else."""


def play(profile: Profile, world: World) -> Run:
    """Start a worker once, and once an interpreter that only imports what the worker does.

    Raises:
        ChurnError: the worker ends by itself, or raises no alert.
        KeyboardInterrupt: Ctrl-C or SIGTERM came.
    """
    seconds, _ = _first_alert(world, {})
    return Run(seconds, import_seconds([MAIN, *profile.modules]))


def profiled(world: World) -> Profile:
    """Start a worker that says what it imports, up to its first alert.

    Raises:
        ChurnError: the worker ends by itself, or raises no alert.
        KeyboardInterrupt: Ctrl-C or SIGTERM came.
    """
    _, log = _first_alert(world, SWITCH)
    return profile_of(log)


def _first_alert(world: World, settings: Mapping[str, str]) -> tuple[float, str]:
    """Give the seconds that it took, and what the worker has written by then."""
    world.begin([certain_alert()])
    with ConsumerProcess("the worker", "consumer", {**world.environment, **settings}) as process:
        pause = pausing(world.ending, [process])
        _wait(lambda: _has_started(process), pause)
        started = time.perf_counter()
        _wait(lambda: sum(world.published()) > 0, pause)
        seconds = time.perf_counter() - started
        alerts, letters = world.published()
        if letters or not alerts:
            raise NoProgress("the worker's first message is a dead letter")
        return seconds, process.log


def certain_alert() -> OutgoingMessage:
    """Make an event that raises an alert, whatever else the database has of the customer."""
    update = CustomerUpdate(
        id_client=next(iter(read_customers(CUSTOMER_CSV))).id_client,
        pays="Allemagne",
        sexe="F",
        age=58,
        membre_actif="No",
        nb_produits=4,
    )
    event = CustomerEvent(source="crm/bench", id="1", time=datetime.now(UTC), update=update)
    return OutgoingMessage(*binary_message(event))


def _has_started(process: ConsumerProcess) -> bool:
    try:
        process.usage()
    except UsageUnknown:
        return False
    return True


def _wait(reached: Callable[[], bool], pause: Callable[[], None]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        if time.monotonic() > deadline:
            raise NoProgress(f"no alert within {PATIENCE_SECONDS:.0f} s of the worker's start")
        pause()
