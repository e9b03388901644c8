"""Ctrl-C and SIGTERM, remembered until somebody asks, or raised at once as well."""

import signal

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
