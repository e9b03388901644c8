"""The alert rule against a model that keeps everything and looks it all through each time."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from consumer.crossing import AlertRule, AlertState
from consumer.history.rows import CustomerKey, Row
from consumer.history.states import apply_rule
from tests.builders import NOON
from tests.history import row

COOLDOWNS = st.sampled_from([0, 2, 5])
rules = st.builds(
    AlertRule, only_crossings=st.booleans(), cooldown=COOLDOWNS.map(lambda d: timedelta(days=d))
)


@dataclass
class Naive:
    """All that one customer's events ever were, in the order in which they counted."""

    rule: AlertRule
    counted: list[Row] = field(default_factory=list)
    alerted: list[Row] = field(default_factory=list)

    def alerts(self, new: Row) -> bool:
        """Take an event in and say whether it alerts."""
        if any(each.event_time > new.event_time for each in self.counted):
            return False
        was_above = bool(self.counted) and self.counted[-1].is_above
        self.counted.append(new)
        too_soon = any(
            new.event_time - each.event_time < self.rule.cooldown for each in self.alerted
        )
        if not new.is_above or too_soon or (self.rule.only_crossings and was_above):
            return False
        self.alerted.append(new)
        return True


@st.composite
def histories(draw: st.DrawFn) -> list[list[Row]]:
    """Events of three customers, on a few days, arriving in any order and in batches."""
    days = draw(st.lists(st.integers(0, 12), max_size=25))
    events = [
        row(
            f"e-{number}",
            NOON + timedelta(days=day),
            is_above=draw(st.booleans()),
            id_client=draw(st.integers(1, 3)),
        )
        for number, day in enumerate(days)
    ]
    arriving = draw(st.permutations(events))
    batches: list[list[Row]] = [[]]
    for each in arriving:
        if draw(st.booleans()):
            batches.append([])
        batches[-1].append(each)
    return batches


def judged(rule: AlertRule, batches: list[list[Row]]) -> list[Row]:
    """Judge batch after batch; gives the rows in the order in which they counted."""
    states = dict.fromkeys((CustomerKey(each, "") for each in (1, 2, 3)), AlertState())
    rows: list[Row] = []
    for batch in batches:
        known = {each.customer: states[each.customer] for each in batch}
        done, after = apply_rule(rule, batch, known)
        states.update(after)
        rows += done
    return rows


@given(rules, histories())
def test_the_rule_says_what_the_naive_model_says(rule: AlertRule, batches: list[list[Row]]) -> None:
    naive = {customer: Naive(rule) for customer in (1, 2, 3)}
    expected = {
        each.key.id: naive[each.id_client].alerts(each)
        for batch in batches
        for each in sorted(batch, key=lambda one: one.event_time)
    }
    assert {each.key.id: each.alert is not None for each in judged(rule, batches)} == expected


@given(rules, histories())
def test_whatever_the_order_alerts_of_a_customer_are_in_order_and_apart(
    rule: AlertRule, batches: list[list[Row]]
) -> None:
    for customer in (1, 2, 3):
        times = [
            each.event_time
            for each in judged(rule, batches)
            if each.id_client == customer and each.alert is not None
        ]
        assert times == sorted(times)
        assert all(later - earlier >= rule.cooldown for earlier, later in pairwise(times))


@given(histories())
def test_events_that_arrive_in_order_alert_once_for_each_rise(batches: list[list[Row]]) -> None:
    rule = AlertRule(only_crossings=True, cooldown=timedelta(0))
    ordered = sorted((each for batch in batches for each in batch), key=lambda r: r.event_time)
    for customer in (1, 2, 3):
        own = [each for each in ordered if each.id_client == customer]
        rises = sum(
            new.is_above and (place == 0 or not own[place - 1].is_above)
            for place, new in enumerate(own)
        )
        found = judged(rule, [[each] for each in own])
        assert sum(each.alert is not None for each in found) == rises


@given(rules, histories())
def test_silence_takes_the_alert_and_nothing_else(
    rule: AlertRule, batches: list[list[Row]]
) -> None:
    before = {each.key.id: each for batch in batches for each in batch}
    for each in judged(rule, batches):
        assert each.inputs == before[each.key.id].inputs
        assert each.probability == before[each.key.id].probability
        assert each.alert in {None, before[each.key.id].alert}
