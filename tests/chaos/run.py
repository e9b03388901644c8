"""One chaos run, from the first event to the verdict."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from consumer.subscriber.leases import LEASE_SECONDS
from tests.chaos.conductor import Conductor, Crm
from tests.chaos.crew import Crew, unexplained
from tests.chaos.events import Event, make_events
from tests.chaos.ledger import Expected, Found, complaints, is_complete
from tests.chaos.plan import WORKERS, Kind, make_plan
from tests.chaos.report import Incident, table
from tests.chaos.world import ATTEMPTS_OF_WORKER, World
from tests.wait import wait_until

MEMORY_BOUND = 350 * 2**20
"""Bytes that a worker may have resident at most. It takes 230 MiB (Google's clients, pandas,
scikit-learn, the model) before the first event and about 280 in a run. The 1,000 messages that it
may hold, at 10 KB each with their alerts, are 20 MiB; a backlog of 50,000 would break the bound."""
SETTLING_SECONDS = 300.0
"""How long the end of every event may take once nothing goes wrong any more."""
FORGOTTEN_SECONDS = LEASE_SECONDS + 2
"""After so long nobody holds a lease that a dead worker left, and the message has come again."""

OFTEN = 5
"""Trouble that came so often must have hit something."""


@dataclass(frozen=True)
class Size:
    """How large a run is, and the seed that decides everything about it."""

    events: int
    seconds: float
    seed: int


@dataclass(frozen=True)
class Survivors:
    """What is there to judge once everything is over."""

    expected: Expected
    found: Found
    crew: Crew
    incidents: Sequence[Incident]

    @property
    def struck(self) -> set[Kind]:
        """The kinds of trouble that hit something."""
        return {each.kind for each in self.incidents if each.strikes}

    @property
    def missed(self) -> set[Kind]:
        """The kinds of trouble that came again and again, and never hit anything."""
        came = Counter(each.kind for each in self.incidents)
        return {kind for kind, times in came.items() if times >= OFTEN} - self.struck


@dataclass(frozen=True)
class Run:
    """A run at a bank; ``settings`` are more environment variables of each worker."""

    world: World
    size: Size
    directory: Path
    """For the workers' logs."""
    say: Callable[[str], None]
    kinds: Collection[Kind] = tuple(Kind)
    settings: Mapping[str, str] = field(default_factory=dict)

    def survive(self) -> Survivors:
        """Let everything happen, and judge.

        Raises:
            AssertionError: something was lost, altered or misplaced, or a worker misbehaved.
        """
        size = self.size
        self.say(f"seed {size.seed}: {size.events} events, {size.seconds:g} s of trouble")
        events = make_events(size.seed, size.events, self.world.bank.customers)
        alerts = self.world.scored(events)
        expected = Expected.of(events, alerts, attempts=ATTEMPTS_OF_WORKER)
        survivors = self._happen(events, expected)
        self.say(table(survivors.incidents, _totals(survivors)))
        self._judge(survivors)
        return survivors

    def _happen(self, events: Sequence[Event], expected: Expected) -> Survivors:
        size, found = self.size, Found()
        plan = make_plan(size.seed, size.seconds, self.kinds)
        crew = Crew(self.world.environment(self.settings), self.directory, WORKERS)
        with closing(crew):
            crew.wait_ready()
            crm = Crm(self.world, events, size.seconds)
            with closing(Conductor(plan, self.world, crew, crm)) as conductor:
                wait_until(conductor.step, timeout=3 * size.seconds + 60, what="the plan's end")
            self._settle(crew, expected, found)
            crew.stop()
        self.world.collect(found)
        return Survivors(expected, found, crew, conductor.incidents)

    def _settle(self, crew: Crew, expected: Expected, found: Found) -> None:
        """Wait until every event has ended, all are idle, and nobody holds a lease any more."""
        trouble_ended_at = time.monotonic()

        def is_over() -> bool:
            crew.look()
            self.world.collect(found)
            forgotten_at = max(trouble_ended_at, crew.last_end_at) + FORGOTTEN_SECONDS
            return (
                is_complete(expected, found) and time.monotonic() >= forgotten_at and crew.is_idle()
            )

        try:
            wait_until(is_over, timeout=SETTLING_SECONDS, what="the end of every event")
        except AssertionError as error:
            raise AssertionError("; ".join([str(error), *complaints(expected, found)])) from error

    def _judge(self, survivors: Survivors) -> None:
        crew, left_over = survivors.crew, self.world.left_over()
        wrong = [
            *unexplained(crew.ends),
            *complaints(survivors.expected, survivors.found),
            *([f"{left_over} events wait that no worker has ended"] if left_over else []),
        ]
        assert not wrong, "\n".join(wrong)
        assert 0 < crew.peak_memory < MEMORY_BOUND, f"{crew.peak_memory} bytes"


def _totals(survivors: Survivors) -> Mapping[str, object]:
    found, crew = survivors.found, survivors.crew
    return {
        "events that alerted": f"{len(found.alerts)}, and {found.alert_copies} more copies",
        "events that were silent": len(survivors.expected.silent),
        "dead letters": f"{len(found.letters)}, and {found.letter_copies} more copies",
        "workers started": crew.started,
        "a worker's memory at most, MiB": crew.peak_memory // 2**20,
    }
