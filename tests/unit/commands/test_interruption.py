"""Ctrl-C and SIGTERM, remembered until somebody asks, or raised at once as well."""

import os
import signal
import threading

import pytest

from tools.terminal import interruption


def test_a_signal_is_remembered_until_somebody_asks() -> None:
    with interruption() as ending:
        signal.raise_signal(signal.SIGTERM)
        assert ending.came
        with pytest.raises(KeyboardInterrupt):
            ending.check()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_whose_exception_got_lost_in_a_library_is_still_remembered(
    number: signal.Signals,
) -> None:
    with interruption(at_once=True) as ending:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
        with pytest.raises(KeyboardInterrupt):
            ending.check()


def test_the_handlers_of_before_are_back_afterwards() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with interruption(at_once=True):
        pass
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_somebody_who_sleeps_wakes_up_when_it_comes() -> None:
    with interruption() as ending:
        timer = threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGTERM))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            ending.sleep(3_600)
        timer.join()


def test_nobody_is_kept_asleep_longer_than_asked_for() -> None:
    with interruption() as ending:
        ending.sleep(0)
        assert not ending.came
