"""When an event at risk alerts, by what its customer's earlier events were."""

from datetime import datetime, timedelta

import pytest

from consumer.crossing import AlertRule, AlertState
from tests.builders import NOON

CROSSING = AlertRule(only_crossings=True, cooldown=timedelta(0))
COOLING = AlertRule(only_crossings=False, cooldown=timedelta(days=7))
BOTH = AlertRule(only_crossings=True, cooldown=timedelta(days=7))


def day(number: float) -> datetime:
    return NOON + timedelta(days=number)


def alerts(rule: AlertRule, *events: tuple[float, bool]) -> list[bool]:
    """Judge events (day, at risk) in the order in which they arrive."""
    state, judged = AlertState(), []
    for at, is_above in events:
        verdict, state = rule.judge(state, day(at), is_above=is_above)
        judged.append(verdict)
    return judged


def test_the_first_event_at_risk_alerts_and_the_next_does_not() -> None:
    assert alerts(CROSSING, (1, True), (2, True)) == [True, False]


def test_a_customer_that_was_safe_in_between_alerts_again() -> None:
    assert alerts(CROSSING, (1, True), (2, False), (3, True)) == [True, False, True]


def test_nobody_alerts_below_the_threshold() -> None:
    assert alerts(CROSSING, (1, False), (2, False)) == [False, False]


@pytest.mark.parametrize("is_above", [True, False])
def test_an_event_older_than_the_newest_changes_nothing_and_does_not_alert(
    is_above: bool,
) -> None:
    state = AlertState(day(5), is_above=False)
    assert CROSSING.judge(state, day(4), is_above=is_above) == (False, state)


def test_events_of_one_moment_count_in_the_order_of_their_arrival() -> None:
    assert alerts(CROSSING, (1, False), (1, True), (1, True)) == [False, True, False]


def test_a_cool_down_keeps_alerts_apart_from_their_own_times() -> None:
    assert alerts(COOLING, (0, True), (6.9, True), (7, True), (8, True)) == [
        True,
        False,
        True,
        False,
    ]


def test_a_crossing_within_the_cool_down_is_silent_and_counts_as_above() -> None:
    events = [(0, True), (1, False), (2, True), (9, True), (10, False), (11, True)]
    assert alerts(BOTH, *events) == [True, False, False, False, False, True]
