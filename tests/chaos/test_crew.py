"""A worker may end in no other way than it was asked to, save where it could not start."""

from dataclasses import replace

from tests.chaos.crew import Asked, End, unexplained

WORKING = End(
    asked=Asked.WORK,
    code=1,
    began_at=10.0,
    ended_at=20.0,
    was_ready=False,
    last_line="churn: cannot reach Cloud Storage",
)


def test_workers_end_as_they_are_asked() -> None:
    stopped = replace(WORKING, asked=Asked.STOP, code=0)
    killed = replace(WORKING, asked=Asked.DIE, code=-9)
    unheard = replace(WORKING, asked=Asked.STOP_EARLY, code=-15)
    assert unexplained([stopped, killed, unheard], []) == []


def test_an_error_after_sigterm_is_noticed() -> None:
    [said] = unexplained([replace(WORKING, asked=Asked.STOP)], [(10, 20)])
    assert said.startswith("a worker that was asked to stop ended with 1 after 10.0 s: churn: ")


def test_a_worker_may_give_up_its_start_in_an_outage_only() -> None:
    assert unexplained([WORKING], [(5, 12)]) == []
    assert len(unexplained([WORKING], [(1, 9), (21, 30)])) == 1


def test_a_worker_that_was_ready_may_not_give_up() -> None:
    assert len(unexplained([replace(WORKING, was_ready=True)], [(5, 30)])) == 1


def test_a_crash_at_the_start_is_noticed() -> None:
    assert len(unexplained([replace(WORKING, last_line="KeyError: 'x'")], [(5, 30)])) == 1
    assert len(unexplained([replace(WORKING, code=-11)], [(5, 30)])) == 1


def test_an_end_that_nobody_asked_for_is_noticed_though_its_code_is_0() -> None:
    assert len(unexplained([replace(WORKING, code=0)], [(5, 30)])) == 1
