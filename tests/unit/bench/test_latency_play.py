"""One round of one consumer, on a Pub/Sub server alone: an echo needs no database and no model."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tools.bench.counted_pubsub import CountedPubSub
from tools.bench.latency.plan import WARM_UP_LONE, plan_of
from tools.bench.latency.play import play
from tools.bench.latency.subjects import ALL, ECHO
from tools.bench.load_process import LoadProcess
from tools.bench.subject import Subject
from tools.bench.world import World
from tools.stack.pubsub import PubSub
from tools.stack.server import ServerFailed
from tools.stack.stack import Stack
from tools.terminal import Interruption

TINY = plan_of(rate=50, seconds=0.2, lone=2)


class WithoutDatabase(World):
    """Of the stack only Pub/Sub is started."""

    def forget_history(self) -> None:
        """Leave it: there is none."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Give servers that an echo needs."""
    with CountedPubSub() as server, closing(Stack(pubsub=PubSub(server.address))) as stack:
        yield WithoutDatabase(stack, server, Interruption())


def test_an_echo_is_measured(world: World) -> None:
    [echo] = [subject for subject in ALL if subject.name == ECHO]
    with LoadProcess(world.ending) as process:
        run = play(echo, TINY, world, process)

    assert (len(run.lone), len(run.at_rate.latencies)) == (2, 10)
    assert min(*run.lone, *run.at_rate.latencies, *run.at_rate.lateness) > 0
    assert run.lone_stages == {}


def test_a_consumer_that_ends_by_itself_is_told_at_once(world: World) -> None:
    gone = Subject("gone", "somebody's", "tools.no_such")

    with (
        LoadProcess(world.ending) as process,
        pytest.raises(ServerFailed, match="ended by itself"),
    ):
        play(gone, TINY, world, process)


def test_all_events_differ_and_those_of_the_warm_up_come_first() -> None:
    parts = (TINY.first, TINY.lone_warm_up, TINY.steady_warm_up, TINY.lone, TINY.steady)

    assert [len(part) for part in parts] == [1, WARM_UP_LONE, 100, 2, 10]
    ids = [event.attributes["ce-id"] for part in parts for event in part]
    assert ids == [f"1-{number}" for number in range(TINY.events)]
    assert TINY.warming == 1 + WARM_UP_LONE + 100
