"""Everything goes wrong, again and again, with real processes: nothing is lost or altered.

``CHURN_CHAOS_EVENTS``, ``CHURN_CHAOS_SECONDS`` and ``CHURN_CHAOS_SEED`` change the full run; the
same seed plans the same trouble at the same moments.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.chaos.ledger import history_complaints
from tests.chaos.plan import Kind
from tests.chaos.run import Run, Size
from tests.chaos.world import World, open_world
from tests.pubsub_fixtures import PubSub
from tools.emulator import serve
from tools.training import TrainedModel

pytestmark = pytest.mark.functional

AROUND_PUBSUB = {Kind.DATABASE_STOPPED, Kind.CONNECTIONS_CUT, Kind.STORAGE_AWAY}
"""What can go wrong beside a server that cannot be told to misbehave, and that loses sight of
messages where a worker ends."""
HISTORY = {"CHURN_HISTORY__ENABLED": "true"}

Say = Callable[[str], None]

SEED = int(os.environ.get("CHURN_CHAOS_SEED", "1"))
SMALL = Size(events=2_000, seconds=22, seed=SEED)
FULL = Size(
    events=int(os.environ.get("CHURN_CHAOS_EVENTS", "50000")),
    seconds=float(os.environ.get("CHURN_CHAOS_SECONDS", "180")),
    seed=SEED,
)


@pytest.fixture
def world(trained: TrainedModel) -> Iterator[World]:
    """Give a bank on an embedded server that misbehaves as it is told."""
    with (
        serve(seed=SEED) as running,
        closing(PubSub("embedded", running.address)) as server,
        open_world(server, trained, running.faults) as opened,
    ):
        yield opened


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Give what prints although pytest keeps quiet."""

    def say(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}")  # noqa: T201 - the table is for whoever runs it

    return say


def test_a_short_time_of_trouble_loses_and_alters_nothing(
    world: World, say: Say, tmp_path: Path
) -> None:
    survivors = Run(world, SMALL, tmp_path, say).survive()
    assert survivors.struck >= {Kind.KILL, Kind.DATABASE_STOPPED, Kind.DUPLICATES}


@pytest.mark.long
def test_a_long_time_of_trouble_loses_and_alters_nothing(
    world: World, say: Say, tmp_path: Path
) -> None:
    survivors = Run(world, FULL, tmp_path, say).survive()
    assert not survivors.missed


@pytest.mark.long
def test_a_short_time_of_trouble_loses_no_score_of_the_history(
    world: World, say: Say, tmp_path: Path
) -> None:
    survivors = Run(world, SMALL, tmp_path, say, settings=HISTORY).survive()
    assert history_complaints(survivors.expected, world.kept()) == []


@pytest.mark.long
def test_a_long_time_of_trouble_loses_no_score_of_the_history(
    world: World, say: Say, tmp_path: Path
) -> None:
    survivors = Run(world, FULL, tmp_path, say, settings=HISTORY).survive()
    assert history_complaints(survivors.expected, world.kept()) == []
    assert not survivors.missed


@pytest.mark.long
@pytest.mark.parametrize("pubsub", ["official"], indirect=True)
def test_on_googles_emulator_trouble_around_it_loses_and_alters_nothing(
    pubsub: PubSub, trained: TrainedModel, say: Say, tmp_path: Path
) -> None:
    with open_world(pubsub, trained) as world:
        survivors = Run(world, SMALL, tmp_path, say, kinds=AROUND_PUBSUB).survive()
    assert survivors.struck == AROUND_PUBSUB
