"""Each state of the table, by the events that lead to it."""

import threading

import pytest

from consumer.health import Health, State

STALL = 120
DEAD = 60


class Clock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock: Clock) -> Health:
    """A worker that has started with two streams open."""
    health = Health(stall_seconds=STALL, dead_seconds=DEAD, clock=clock)
    health.stream_opened(0)
    health.stream_opened(1)
    health.started()
    return health


def test_before_the_start_it_is_live_and_not_ready(clock: Clock) -> None:
    report = Health(clock=clock).report()
    assert (report.state, report.live, report.ready) == (State.STARTING, True, False)


def test_with_nothing_to_do_it_is_idle_for_ever(health: Health, clock: Clock) -> None:
    clock.pass_seconds(10 * 24 * 3600)
    report = health.report()
    assert (report.state, report.live, report.ready) == (State.IDLE, True, True)


def test_a_backlog_that_moves_is_work_however_large(health: Health, clock: Clock) -> None:
    health.received(1_000_000)
    for _ in range(100):
        clock.pass_seconds(STALL)
        health.settled()
        report = health.report()
        assert (report.state, report.live, report.ready) == (State.WORKING, True, True)


def test_messages_that_are_held_and_never_settled_are_a_stall(health: Health, clock: Clock) -> None:
    health.received(5)
    clock.pass_seconds(STALL + 1)
    report = health.report()
    assert (report.state, report.live, report.ready) == (State.STALLED, False, False)
    assert report.detail == "5 messages held, none settled for 120 s"


def test_new_messages_do_not_hide_a_stall(health: Health, clock: Clock) -> None:
    health.received()
    for _ in range(STALL + 1):
        clock.pass_seconds(1)
        health.received()
    assert health.report().state is State.STALLED


def test_a_stall_is_counted_from_the_first_message_after_idling(
    health: Health, clock: Clock
) -> None:
    clock.pass_seconds(10 * STALL)
    health.received()
    assert health.report().state is State.WORKING


def test_a_stall_that_moves_again_is_over(health: Health, clock: Clock) -> None:
    health.received(2)
    clock.pass_seconds(STALL + 1)
    health.settled()
    assert health.report().state is State.WORKING


def test_an_outage_of_an_hour_restarts_nothing(health: Health, clock: Clock) -> None:
    health.received(5)
    health.held("database", "connection refused")
    clock.pass_seconds(3_600)
    report = health.report()
    assert (report.state, report.live, report.ready) == (State.DEPENDENCY_DOWN, True, False)
    assert report.down == {"database": "connection refused"}
    assert report.detail == "waiting for database: connection refused"


def test_after_an_outage_there_is_time_to_make_progress(health: Health, clock: Clock) -> None:
    health.received(5)
    health.held("database", "connection refused")
    clock.pass_seconds(3_600)
    health.released("database")
    assert health.report().state is State.WORKING
    clock.pass_seconds(STALL + 1)
    assert health.report().state is State.STALLED


def test_one_of_two_dependencies_that_returns_is_not_enough(health: Health) -> None:
    health.held("database", "refused")
    health.held("pubsub", "unavailable")
    health.released("database")
    assert health.report().down == {"pubsub": "unavailable"}


def test_releasing_what_was_not_held_does_not_hide_a_stall(health: Health, clock: Clock) -> None:
    health.received()
    clock.pass_seconds(STALL + 1)
    health.released("database")
    assert health.report().state is State.STALLED


def test_a_dead_stream_never_looks_healthy(health: Health, clock: Clock) -> None:
    health.stream_died(1, "permission denied")
    clock.pass_seconds(10 * DEAD)
    report = health.report()
    assert (report.state, report.live, report.ready) == (State.STREAM_DEAD, True, False)
    assert report.dead_streams == {1: "permission denied"}
    assert report.detail == "stream 1 ended: permission denied"


def test_a_worker_whose_streams_are_all_dead_is_restarted(health: Health, clock: Clock) -> None:
    health.stream_died(0, "x")
    clock.pass_seconds(DEAD)
    health.stream_died(1, "x")
    clock.pass_seconds(DEAD)
    assert health.report().live
    clock.pass_seconds(1)
    report = health.report()
    assert (report.state, report.live, report.ready) == (State.STREAM_DEAD, False, False)


def test_a_stream_that_keeps_failing_to_open_does_not_postpone_the_restart(
    health: Health, clock: Clock
) -> None:
    health.stream_died(0, "x")
    health.stream_died(1, "x")
    for _ in range(DEAD + 1):
        clock.pass_seconds(1)
        health.stream_died(1, "again")
    assert not health.report().live


def test_a_worker_that_opened_no_stream_never_looks_healthy(clock: Clock) -> None:
    health = Health(dead_seconds=DEAD, clock=clock)
    health.started()
    report = health.report()
    assert (report.state, report.live, report.ready) == (State.STREAM_DEAD, True, False)
    clock.pass_seconds(DEAD + 1)
    assert not health.report().live


def test_a_stream_that_is_opened_again_is_well(health: Health) -> None:
    health.stream_died(1, "x")
    health.stream_opened(1)
    report = health.report()
    assert (report.state, report.open_streams, report.dead_streams) == (State.IDLE, 2, {})


def test_streams_that_died_in_an_outage_have_time_to_open(health: Health, clock: Clock) -> None:
    health.held("pubsub", "unavailable")
    health.stream_died(0, "x")
    health.stream_died(1, "x")
    clock.pass_seconds(3_600)
    assert health.report().live
    health.released("pubsub")
    assert health.report().live
    clock.pass_seconds(DEAD + 1)
    assert not health.report().live


def test_a_stall_is_reported_before_a_dead_stream(health: Health, clock: Clock) -> None:
    health.received()
    health.stream_died(0, "x")
    clock.pass_seconds(STALL + 1)
    assert health.report().state is State.STALLED


def test_a_drain_is_live_and_not_ready_whatever_else_is_wrong(health: Health, clock: Clock) -> None:
    health.received()
    health.held("database", "refused")
    health.draining()
    clock.pass_seconds(STALL + 1)
    report = health.report()
    assert (report.state, report.live, report.ready) == (State.DRAINING, True, False)


def test_a_slow_start_is_no_stall(clock: Clock) -> None:
    health = Health(clock=clock)
    health.received()
    clock.pass_seconds(3_600)
    assert health.report().state is State.STARTING
    health.stream_opened(0)
    health.started()
    assert health.report().state is State.WORKING


def test_events_of_many_threads_are_all_counted(health: Health) -> None:
    def work() -> None:
        for _ in range(1_000):
            health.received(2)
            health.settled()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert health.report().in_flight == 4_000
