"""Waiting out an outage, on a clock that the test owns."""

import random
from collections.abc import Callable
from itertools import islice

import pytest

from consumer.back_off import LONGEST_SECONDS, back_off
from consumer.errors import DatabaseDown, InvalidEvent
from consumer.health import Health, State
from consumer.hold import Hold
from consumer.stopping import StopSignal
from consumer.telemetry import Metrics


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class World:
    """A hold and everything that it reports to."""

    def __init__(self) -> None:
        self.time = Time()
        self.health = Health(clock=self.time)
        self.health.started()
        self.metrics = Metrics()
        self.stop = StopSignal(drain_seconds=20, clock=self.time)
        self.hold = Hold(
            self.stop,
            health=self.health,
            metrics=self.metrics,
            random_=random.Random(1),
            clock=self.time,
            sleep=self.time.sleep,
        )

    def metric(self, name: str) -> float | None:
        return self.metrics.registry.get_sample_value(name, {"dependency": "database"})


def down_for(time: Time, seconds: float) -> Callable[[], str]:
    def action() -> str:
        if time.now < seconds:
            raise DatabaseDown("connection refused")
        return "done"

    return action


def test_what_works_is_done_once_and_at_once() -> None:
    world = World()
    assert world.hold.until_up(lambda: 5) == 5
    assert world.time.now == 0


def test_an_hour_of_outage_is_waited_out() -> None:
    world = World()
    assert world.hold.until_up(down_for(world.time, 3600)) == "done"
    assert 3600 <= world.time.now < 3600 + LONGEST_SECONDS + 1


def test_health_says_which_dependency_is_down_and_that_it_is_back() -> None:
    world = World()

    def action() -> None:
        if world.time.now == 0:
            raise DatabaseDown("connection refused")
        report = world.health.report()
        assert report.state is State.DEPENDENCY_DOWN
        assert report.down == {"database": "connection refused"}

    world.hold.until_up(action)
    assert world.health.report().down == {}


def test_the_time_spent_waiting_is_a_metric() -> None:
    world = World()
    world.hold.until_up(down_for(world.time, 60))
    assert world.metric("churn_held_seconds_total") == pytest.approx(world.time.now)
    assert world.metric("churn_dependency_up") == 1


def test_a_try_that_takes_long_to_fail_counts_as_held_too() -> None:
    world = World()

    def action() -> None:
        world.time.sleep(10)
        if world.time.now < 100:
            raise DatabaseDown("no answer")

    world.hold.until_up(action)
    held = world.metric("churn_held_seconds_total")
    assert held == pytest.approx(world.time.now - 2 * 10), "but the first try and the last"


def test_other_errors_are_not_held() -> None:
    world = World()

    def action() -> None:
        raise InvalidEvent("broken")

    with pytest.raises(InvalidEvent):
        world.hold.until_up(action)


def test_a_dependency_that_answers_with_another_error_is_back() -> None:
    world = World()

    def action() -> None:
        raise InvalidEvent("broken") if world.time.now else DatabaseDown("connection refused")

    with pytest.raises(InvalidEvent):
        world.hold.until_up(action)
    assert world.health.report().down == {}


def test_a_stop_ends_the_waiting_when_its_time_is_over() -> None:
    world = World()
    world.stop.request()
    with pytest.raises(DatabaseDown):
        world.hold.until_up(down_for(world.time, 3600))
    assert 20 <= world.time.now < 21


def test_an_hour_of_outage_at_the_start_is_waited_out_too() -> None:
    world = World()
    assert world.hold.until_up_at_start(down_for(world.time, 3600)) == "done"


def test_a_stop_while_starting_ends_the_waiting_at_once() -> None:
    world = World()
    world.stop.request()
    with pytest.raises(DatabaseDown):
        world.hold.until_up_at_start(down_for(world.time, 3600))
    assert world.time.now == 0


def test_a_dependency_that_is_back_before_the_stops_time_is_over_is_used() -> None:
    world = World()
    world.stop.request()
    assert world.hold.until_up(down_for(world.time, 10)) == "done"


def test_back_off_grows_to_its_bound_and_differs_between_workers() -> None:
    one, other = (list(islice(back_off(random.Random(seed)), 30)) for seed in (1, 2))
    assert one != other
    assert one[0] <= 0.1
    assert LONGEST_SECONDS / 2 <= one[-1] <= LONGEST_SECONDS
