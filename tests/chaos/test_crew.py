"""A worker may end in no other way than it was asked to, whatever is away."""

from dataclasses import replace

from tests.chaos.crew import Asked, End, unexplained

WORKING = End(
    asked=Asked.WORK,
    code=1,
    began_at=10.0,
    ended_at=20.0,
    last_line="churn: cannot reach Cloud Storage",
)


def test_workers_end_as_they_are_asked() -> None:
    stopped = replace(WORKING, asked=Asked.STOP, code=0)
    killed = replace(WORKING, asked=Asked.DIE, code=-9)
    unheard = replace(WORKING, asked=Asked.STOP_EARLY, code=-15)
    assert unexplained([stopped, killed, unheard]) == []


def test_an_error_after_sigterm_is_noticed() -> None:
    [said] = unexplained([replace(WORKING, asked=Asked.STOP)])
    assert said.startswith("a worker that was asked to stop ended with 1 after 10.0 s: churn: ")


def test_an_end_that_nobody_asked_for_is_noticed_whatever_its_code() -> None:
    assert len(unexplained([WORKING, replace(WORKING, code=0), replace(WORKING, code=-11)])) == 3
