"""The emulator's rules against a model: nothing lost, nothing after its ack, order, attempts.

The profile says how many sequences: ``steady`` a hundred, always the same, ``search`` 10,000.
"""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.emulator_rules import DEAD_TOPIC, PROJECT, Rules, ack, take
from tests.properties.emulator_model import Model
from tools.emulator.clock import SECOND
from tools.emulator.errors import FailedPrecondition
from tools.emulator.flow_control import FlowControl
from tools.emulator.settings import DeadLetterPolicy, RetryPolicy
from tools.emulator.snapshots import Snapshots

SNAPSHOTS = st.sampled_from([f"{PROJECT}/snapshots/one", f"{PROJECT}/snapshots/other"])
SECONDS = st.integers(1, 20)


class Subscribing(RuleBasedStateMachine):
    """A publisher, a subscriber that does anything it may, and time."""

    @initialize(
        ordering=st.booleans(),
        dead_lettering=st.booleans(),
        retrying=st.booleans(),
        retaining=st.booleans(),
        detaching=st.booleans(),
    )
    def start(
        self,
        *,
        ordering: bool,
        dead_lettering: bool,
        retrying: bool,
        retaining: bool,
        detaching: bool,
    ) -> None:
        self.world = Rules()
        self.snapshots = Snapshots(self.world.broker, clock=self.world.clock)
        self.dead = self.world.subscribe("dead", topic=DEAD_TOPIC)
        self.model = Model(ordering, dead_lettering, retaining)
        self.flow = FlowControl(max_messages=20)
        self.stale: list[str] = []
        self.detaching = detaching
        self.subscription = self.world.subscribe(
            ordering=ordering,
            retain_acked_messages=retaining,
            dead_letter_policy=DeadLetterPolicy(DEAD_TOPIC) if dead_lettering else None,
            retry_policy=RetryPolicy(SECOND, 4 * SECOND) if retrying else None,
        )

    @property
    def name(self) -> str:
        """The name of the subscription."""
        return self.subscription.settings.name

    def some_ack_ids(self, data: st.DataObject) -> list[str]:
        """Draw ack ids, most of them of what is held, some of them stale."""
        known = [*sorted(self.model.held), *self.stale[-3:]]
        ack_ids: list[str] = data.draw(
            st.lists(st.sampled_from(known), unique=True, min_size=1, max_size=5)
        )
        self.stale += ack_ids
        return ack_ids

    @rule(key=st.sampled_from(["a", "b", ""]), count=st.integers(1, 6))
    def publish(self, key: str, count: int) -> None:
        self.model.publish(self.world.publish(*("x" * count), key=key))

    @rule(limit=st.integers(1, 10))
    def take(self, limit: int) -> None:
        deadline = self.world.clock() + 10 * SECOND
        for delivery in self.subscription.take(limit, self.flow):
            self.model.deliver(delivery, deadline)

    @precondition(lambda self: self.model.held or self.stale)
    @rule(data=st.data())
    def acknowledge(self, data: st.DataObject) -> None:
        ack_ids = self.some_ack_ids(data)
        refused = self.subscription.acknowledge(ack_ids).refused
        assert refused == self.model.acknowledge(ack_ids)

    @precondition(lambda self: self.model.held or self.stale)
    @rule(data=st.data())
    def nack(self, data: st.DataObject) -> None:
        ack_ids = self.some_ack_ids(data)
        refused = self.subscription.modify_ack_deadline(ack_ids, 0).refused
        assert refused == self.model.move_deadlines(ack_ids, None)

    @precondition(lambda self: self.model.held or self.stale)
    @rule(data=st.data(), seconds=SECONDS)
    def extend(self, data: st.DataObject, seconds: int) -> None:
        ack_ids = self.some_ack_ids(data)
        refused = self.subscription.modify_ack_deadline(ack_ids, seconds).refused
        deadline = self.world.clock() + seconds * SECOND
        assert refused == self.model.move_deadlines(ack_ids, deadline)

    @rule(on=st.booleans())
    def switch_exactly_once(self, on: bool) -> None:
        changed = replace(self.subscription.settings, exactly_once=on)
        self.world.broker.update_subscription(changed)
        self.model.exactly_once = on

    @rule(seconds=st.integers(1, 12))
    def let_time_pass(self, seconds: int) -> None:
        self.world.clock.forward(seconds)
        self.subscription.advance()
        self.model.expire(self.world.clock())

    @rule(limit=st.integers(1, 10))
    def take_and_never_send(self, limit: int) -> None:
        self.subscription.give_back(self.subscription.take(limit, self.flow))

    @precondition(lambda self: self.model.published)
    @rule(data=st.data(), later=st.integers(0, 1))
    def seek_to_a_time(self, data: st.DataObject, later: int) -> None:
        time = data.draw(st.sampled_from(self.model.published)).publish_time + later
        self.stale += self.model.held
        self.world.broker.seek(self.name, time)
        self.model.seek(time)

    @rule(name=SNAPSHOTS)
    def take_a_snapshot(self, name: str) -> None:
        if name in self.model.snapshots:
            self.snapshots.delete(name)
        self.snapshots.create(name, self.name, {})
        self.model.snapshots[name] = self.model.unsettled

    @precondition(lambda self: self.model.snapshots)
    @rule(data=st.data())
    def seek_to_a_snapshot(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.snapshots)))
        self.stale += self.model.held
        self.snapshots.seek(self.name, name)
        self.model.restore(name)

    @invariant()
    def outstanding_is_what_is_held(self) -> None:
        if hasattr(self, "model"):
            assert self.subscription.outstanding == len(self.model.held) == self.flow.messages

    @invariant()
    def what_is_not_acknowledged_is_known(self) -> None:
        if hasattr(self, "model"):
            known = {message.number for message in self.subscription.unacknowledged()}
            assert known == self.model.unsettled

    def teardown(self) -> None:
        if not hasattr(self, "model"):
            return
        if self.detaching:
            self._detach()
        else:
            self._drain()
        assert take(self.subscription) == []
        assert self.dead.ready == self.model.deaths

    def _detach(self) -> None:
        self.world.broker.detach_subscription(self.name)
        self.world.publish("for nobody")
        assert (
            self.flow.messages == self.subscription.outstanding == self.subscription.retained == 0
        )
        with pytest.raises(FailedPrecondition):
            self.world.broker.seek(self.name, 0)

    def _drain(self) -> None:
        self.let_time_pass(20)
        while self.model.unsettled:
            self.let_time_pass(5)
            deliveries = take(self.subscription)
            assert deliveries, "a message was lost"
            for delivery in deliveries:
                self.model.deliver(delivery, self.world.clock() + 10 * SECOND)
            self.model.acknowledge(delivery.ack_id for delivery in deliveries)
            ack(self.subscription, *deliveries)


Subscribing.TestCase.settings = settings(stateful_step_count=50)
test_the_rules_keep_what_they_promise = Subscribing.TestCase
