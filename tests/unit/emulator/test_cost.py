"""What the rules cost: work that does not grow with the backlog, memory that is given back."""

import gc
import sys
from collections.abc import Callable
from types import FrameType

import pytest

from tests.emulator_rules import Rules, ack, take
from tools.emulator.leases import SLACK
from tools.emulator.subscription import Subscription


def calls_of(work: Callable[[], object]) -> int:
    """Count the function calls, Python's and C's, that some work makes."""
    count = 0

    def count_call(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    gc.disable()  # a collection in between would count the callbacks of hypothesis
    sys.setprofile(count_call)
    try:
        work()
    finally:
        sys.setprofile(before)
        gc.enable()
    return count


def with_backlog(size: int, *, ordering: bool = False) -> tuple[Rules, Subscription]:
    """Give a subscription with so many messages, half of them of one key."""
    rules = Rules()
    subscription = rules.subscribe(ordering=ordering)
    rules.publish(*("x" for _ in range(size // 2)))
    rules.publish(*("x" for _ in range(size // 2)), key="a")
    return rules, subscription


@pytest.mark.parametrize("ordering", [False, True])
def test_pulling_and_acknowledging_cost_the_same_whatever_the_backlog(ordering: bool) -> None:
    _, small = with_backlog(100, ordering=ordering)
    _, large = with_backlog(50_000, ordering=ordering)

    of_small = calls_of(lambda: ack(small, *take(small, 10)))
    of_large = calls_of(lambda: ack(large, *take(large, 10)))

    assert of_large == of_small


def test_publishing_costs_the_same_whatever_the_backlog() -> None:
    small_rules, _ = with_backlog(100)
    large_rules, _ = with_backlog(50_000)

    of_small = calls_of(lambda: small_rules.publish("one more"))
    of_large = calls_of(lambda: large_rules.publish("one more"))

    assert of_large == of_small


def test_an_acknowledged_message_that_nobody_retains_is_freed() -> None:
    rules = Rules()
    subscription = rules.subscribe()
    (message,) = rules.publish("short-lived")
    held = sys.getrefcount(message)

    ack(subscription, *take(subscription))

    assert sys.getrefcount(message) == held - 1


def test_a_lease_that_is_extended_for_ever_does_not_grow_the_heap_of_deadlines() -> None:
    rules = Rules()
    subscription = rules.subscribe()
    rules.publish("held")
    (delivery,) = take(subscription)

    for _ in range(10 * SLACK):
        subscription.modify_ack_deadline([delivery.ack_id], 600)

    deadlines = subscription._leases._deadlines  # noqa: SLF001 - the size is no one else's business
    assert len(deadlines) <= SLACK + 3


def test_a_key_that_is_settled_leaves_nothing_behind() -> None:
    rules = Rules()
    subscription = rules.subscribe(ordering=True)
    for customer in range(100):
        rules.publish("1", "2", key=f"customer-{customer}")

    ack(subscription, *take(subscription))

    assert subscription._store._backlog._lanes == {}  # noqa: SLF001 - the size is no one else's business
