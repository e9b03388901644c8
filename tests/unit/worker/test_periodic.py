"""What is done every few seconds is done until the end, whatever happens in between."""

import threading
from collections.abc import Callable

from structlog.testing import capture_logs

from consumer.periodic import Periodic
from tests.wait import wait_until

OFTEN, NEVER = 0.001, 3_600.0


def recorded(done: list[str], *, fails: bool = False) -> Callable[[], None]:
    def act() -> None:
        done.append(threading.current_thread().name)
        if fails:
            raise ZeroDivisionError("a defect")

    return act


def test_it_is_done_again_and_again_in_a_thread_of_its_own() -> None:
    done: list[str] = []
    with Periodic(recorded(done), name="look", seconds=OFTEN):
        wait_until(lambda: len(done) >= 3)
    assert set(done) == {"look"}


def test_nothing_is_done_after_the_end() -> None:
    done: list[str] = []
    with Periodic(recorded(done), name="look", seconds=OFTEN):
        wait_until(lambda: done)
    assert all(thread.name != "look" for thread in threading.enumerate())


def test_it_is_done_at_the_start_where_that_is_asked() -> None:
    done: list[str] = []
    with Periodic(recorded(done), name="look", seconds=NEVER, at_once=True):
        wait_until(lambda: done)
    with Periodic(recorded(done), name="other", seconds=NEVER):
        pass
    assert done == ["look"]


def test_a_defect_is_logged_and_does_not_end_it() -> None:
    done: list[str] = []
    with (
        capture_logs() as logs,
        Periodic(recorded(done, fails=True), name="look", seconds=OFTEN),
    ):
        wait_until(lambda: len(done) >= 2)
    assert {(each["event"], each["task"], each["log_level"]) for each in logs} == {
        ("periodic_failed", "look", "error")
    }


def test_a_pause_inside_an_action_ends_with_it() -> None:
    found: list[bool] = []
    began = threading.Event()

    def pause() -> None:
        began.set()
        found.append(periodic.ends_within(NEVER))

    periodic = Periodic(pause, name="look", seconds=NEVER, at_once=True)
    with periodic:
        assert began.wait(10)
    assert found == [True]


def test_the_end_waits_no_longer_than_told_for_an_action_that_hangs() -> None:
    began, freed = threading.Event(), threading.Event()

    def hang() -> None:
        began.set()
        freed.wait()

    with Periodic(hang, name="look", seconds=NEVER, at_once=True, join_seconds=0.001):
        assert began.wait(10)
    assert not freed.is_set()
    freed.set()
