"""A subscription whose messages are held until somebody says what becomes of them."""

import pytest

from consumer.errors import ChurnError, PubSubDown
from tests.recorded_subscription import Clock, RecordedSubscription, numbered
from tests.wait import wait_until
from tools.replay.subscriptions import held as held_module
from tools.replay.subscriptions.held import LEASE_SECONDS, HeldSubscription
from tools.replay.subscriptions.recent import Recent

DOWN = PubSubDown("away")


def ids(held: HeldSubscription) -> list[str]:
    return [message.message_id for message in held.pull()]


def hold_until_interrupted(calls: RecordedSubscription, *failures: ChurnError) -> None:
    with HeldSubscription(calls) as held:
        held.pull()
        calls.failures = list(failures)
        raise KeyboardInterrupt


def test_what_comes_is_held_and_its_lease_is_ours_from_the_beginning() -> None:
    calls = RecordedSubscription(numbered(3))
    held = HeldSubscription(calls)
    assert ids(held) == ["1", "2", "3"]
    assert held.held == 3
    assert [seconds for _, seconds in calls.leases] == [LEASE_SECONDS] * 3


def test_what_is_acknowledged_is_off_and_all_else_is_given_back_at_the_end() -> None:
    calls = RecordedSubscription(numbered(3))
    with HeldSubscription(calls) as held:
        held.pull()
        held.acknowledge(["2"])
    assert calls.acknowledged == ["2"]
    assert [message.message_id for message in calls.waiting] == ["1", "3"]


def test_what_is_given_back_when_an_exception_ends_it_comes_again_too() -> None:
    calls = RecordedSubscription(numbered(2))
    with pytest.raises(KeyboardInterrupt):
        hold_until_interrupted(calls)
    assert len(calls.waiting) == 2


def test_a_server_that_is_away_at_the_end_hides_no_error() -> None:
    calls = RecordedSubscription(numbered(1))
    with pytest.raises(KeyboardInterrupt):
        hold_until_interrupted(calls, DOWN)
    assert calls.failures == []


def test_leases_are_extended_before_they_end_and_not_earlier() -> None:
    calls, clock = RecordedSubscription(numbered(1)), Clock()
    held = HeldSubscription(calls, clock=clock)
    held.pull()
    calls.leases.clear()
    held.renew()
    assert calls.leases == []
    clock.now = LEASE_SECONDS - 5
    held.renew()
    held.renew()
    assert calls.leases == [("1/1/0", LEASE_SECONDS)]


def test_a_thread_extends_leases_as_long_as_messages_are_held() -> None:
    calls, clock = RecordedSubscription(numbered(1)), Clock()
    with HeldSubscription(calls, clock=clock) as held:
        held.pull()
        clock.now = LEASE_SECONDS - 5
        wait_until(lambda: len(calls.leases) == 2, timeout=2 * held_module.TICK_SECONDS + 5)


def test_a_lease_that_could_not_be_extended_is_extended_the_next_time() -> None:
    calls, clock = RecordedSubscription(numbered(1)), Clock()
    held = HeldSubscription(calls, clock=clock)
    calls.failures = [DOWN]
    assert ids(held) == ["1"]
    assert calls.leases == []
    held.renew()
    assert calls.leases == [("1/1/0", LEASE_SECONDS)]


def test_a_message_whose_lease_ended_comes_again_and_is_not_new() -> None:
    calls = RecordedSubscription(numbered(1))
    held = HeldSubscription(calls)
    held.pull()
    calls.expire()
    assert ids(held) == []
    held.acknowledge(["1"])
    assert calls.given.keys() == {"1/1/0"}, "it is acknowledged by what came last"


def test_an_acknowledgement_that_the_server_forgot_is_made_again() -> None:
    calls = RecordedSubscription(numbered(1))
    held = HeldSubscription(calls)
    held.pull()
    held.acknowledge(["1"])
    calls.waiting = numbered(1)
    assert ids(held) == []
    assert calls.acknowledged == ["1", "1"]
    assert held.held == 0


def test_an_acknowledgement_that_failed_can_be_tried_again() -> None:
    calls = RecordedSubscription(numbered(2))
    held = HeldSubscription(calls)
    held.pull()
    calls.failures = [DOWN]
    with pytest.raises(PubSubDown):
        held.acknowledge(["1", "2"])
    held.acknowledge(["1", "2"])
    assert calls.acknowledged == ["1", "2"]
    held.acknowledge(["1", "2"])
    assert calls.acknowledged == ["1", "2"]


def test_requests_are_within_pubsubs_limit() -> None:
    calls = RecordedSubscription(numbered(2_500))
    held = HeldSubscription(calls)
    while ids(held):
        pass
    calls.failures = []
    held.acknowledge(held.oldest(2_500))
    assert len(calls.acknowledged) == 2_500


def test_where_messages_are_large_few_are_asked_for_at_a_time() -> None:
    large = [each._replace(data=bytes(1_000_000)) for each in numbered(150)]
    calls = RecordedSubscription(large)
    held = HeldSubscription(calls)
    held.pull()
    held.pull()
    held.pull(5)
    assert calls.pulls == [100, 10, 5]


def test_a_memory_of_bounded_size_forgets_the_oldest() -> None:
    recent = Recent(2)
    recent.add(["a", "b"])
    recent.add(["a", "c", "d"])
    assert [each for each in "abcd" if each in recent] == ["c", "d"]
