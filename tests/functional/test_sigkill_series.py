"""SIGKILL at random moments, driven and judged from outside by Google's client alone.

The workers know nothing of it: the test publishes to one topic, reads two subscriptions, and works
out by itself what has to be in them.

Two things about Google's emulator (0.8.20) decide how this test is made; both are measured.

- It goes on sending to streams whose client is dead. What it sends there waits for the end of its
  lease, 20 s, and then whichever stream asks first gets it, dead or alive: with three dead streams
  and one alive the last of 1,000 messages came after 80 s, with six dead and 32 alive after 11 s.
  So workers have one stream each while they are killed, and after the last kill one with many more
  joins them, as an autoscaler sends help where there is a backlog.
- Where the subscription has a retry policy, it forgets messages: those whose lease ends for the
  second time wait for a timer that an error has ended. 500 of 1,000 never came again. So the
  subscription has no retry policy here, which in Pub/Sub means "again at once".
"""

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest
from google.pubsub_v1.types import Subscription

from tests.bank_data import CUSTOMERS, INDICATORS, needs_bank_data
from tests.chaos.conductor import Crm
from tests.chaos.crew import Crew, unexplained
from tests.chaos.events import Event, make_events
from tests.chaos.ledger import Expected, Found, complaints, is_complete
from tests.chaos.world import World, allow_many_attempts, seed
from tests.functional.auditor import Auditor, audited
from tests.functional.bank import Bank
from tests.wait import wait_until
from tools.stack.stack import Stack
from tools.training import TrainedModel

pytestmark = [pytest.mark.functional, pytest.mark.long, needs_bank_data]

SEED = int(os.environ.get("CHURN_CHAOS_SEED", "1"))
EVENTS = 2_000
BROKEN_SHARE = 0.02
UNKNOWN_SHARE = 0.005
WORKERS = 2
KILLS = 6
"""In as many rounds, each with its part of the events."""
ROUND_SECONDS = 1.0
"""For so long a round's events are published, faster than the workers take them."""
ATTEMPTS = 4
"""An unknown customer is given up at this attempt."""
SETTLING_SECONDS = 240.0
"""How long the end of every event may take after the last kill."""
BUSY: Mapping[str, str] = {
    "CHURN_PUBSUB__STREAMS": "1",
    "CHURN_PUBSUB__MAX_DELIVERY_ATTEMPTS": str(ATTEMPTS),
    "CHURN_BATCH__MAX_EVENTS": "1",
}
"""One event at a time, so that a kill finds a worker in the middle of it, with more behind."""
RELIEF: Mapping[str, str] = {**BUSY, "CHURN_PUBSUB__STREAMS": "32", "CHURN_BATCH__MAX_EVENTS": "25"}


@dataclass(frozen=True)
class Series:
    """Workers that are killed while events flow; ``directory`` is for their logs."""

    world: World
    directory: Path
    random: Random

    def crew(self, name: str, settings: Mapping[str, str], places: int) -> Crew:
        """Start workers with settings of their own."""
        directory = self.directory / name
        directory.mkdir()
        return Crew(self.world.environment(settings), directory, places)

    def kill(self, crew: Crew, events: Sequence[Event]) -> list[int]:
        """Kill a worker in each round; gives how many messages each of them held."""
        return [self._round(crew, events[number::KILLS]) for number in range(KILLS)]

    def _round(self, crew: Crew, events: Sequence[Event]) -> int:
        """Publish for a while; from a random moment on kill a worker once it has work in hand."""
        crm, held = Crm(self.world, events, ROUND_SECONDS), list[int]()
        place, moment = self.random.randrange(WORKERS), self.random.uniform(0, ROUND_SECONDS)
        began_at = time.monotonic()

        def is_over() -> bool:
            now = time.monotonic() - began_at
            crm.publish_until(now)
            if not held and now >= moment and (in_flight(crew, place) or crm.is_done()):
                held.append(kill_one(crew, place))
            return bool(held) and crm.is_done()

        wait_until(is_over, timeout=60, what="a round's end")
        crew.look()
        crew.wait_ready()
        return held[0]

    def settle(self, crews: Sequence[Crew], auditor: Auditor, expected: Expected) -> Found:
        """Wait until the subscription owes nothing any more; gives what came out."""
        found = Found()

        def is_over() -> bool:
            for crew in crews:
                crew.look()
            self.world.collect(found)
            return is_complete(expected, found) and not auditor.unacknowledged()

        try:
            wait_until(is_over, timeout=SETTLING_SECONDS, what="the end of every event")
        except AssertionError as error:
            raise AssertionError("; ".join([str(error), *complaints(expected, found)])) from error
        for crew in crews:
            crew.stop()
        self.world.collect(found)
        return found


def in_flight(crew: Crew, place: int) -> int:
    """Say how many messages a worker is working on."""
    return int(crew.members[place].process.health()["in_flight"])


def kill_one(crew: Crew, place: int) -> int:
    """Kill a worker; gives how many messages it was working on, just before."""
    held = in_flight(crew, place)
    assert crew.kill(place), "it had ended by itself"
    return held


def retry_at_once(stack: Stack) -> None:
    """Take the retry policy from the workers' subscription."""
    names = stack.names
    stack.pubsub.subscriber.update_subscription(
        request={
            "subscription": Subscription(name=names.subscription_path(names.subscription)),
            "update_mask": {"paths": ["retry_policy"]},
        }
    )


def summary(held: Sequence[int], found: Found) -> str:
    """Say what happened in one line."""
    return (
        f"seed {SEED}: {len(held)} kills, of workers that held {held} messages; "
        f"{len(found.alerts)} alerts and {found.alert_copies} more copies, "
        f"{len(found.letters)} dead letters and {found.letter_copies} more copies"
    )


@pytest.fixture
def world(bank: Bank, trained: TrainedModel) -> World:
    """Give a bank with real customers."""
    customers = seed(bank.stack, CUSTOMERS, INDICATORS)
    allow_many_attempts(bank.stack)
    retry_at_once(bank.stack)
    return World(replace(bank, customers=customers), None, trained)


def test_sigkill_at_random_moments_loses_and_alters_nothing(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    series = Series(world, tmp_path, Random(SEED))
    events = make_events(
        SEED,
        EVENTS,
        world.bank.customers,
        broken_share=BROKEN_SHARE,
        unknown_share=UNKNOWN_SHARE,
    )
    expected = Expected.of(events, world.scored(events), attempts=ATTEMPTS)
    with audited(world.bank) as auditor, closing(series.crew("killed", BUSY, WORKERS)) as killed:
        killed.wait_ready()
        held = series.kill(killed, events)
        with closing(series.crew("relief", RELIEF, 1)) as relief:
            found = series.settle([killed, relief], auditor, expected)
        assert auditor.unacknowledged() == []
    with capsys.disabled():
        print(f"\n{summary(held, found)}")  # noqa: T201 - for whoever runs it
    assert unexplained([*killed.ends, *relief.ends]) == []
    assert complaints(expected, found) == []
    assert any(held), "no kill has found a worker at work"
