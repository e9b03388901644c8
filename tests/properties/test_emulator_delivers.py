"""The emulator's rules against a model: nothing lost, nothing after its ack, order, attempts."""

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.emulator_rules import DEAD_TOPIC, Rules, ack, take
from tools.emulator.clock import SECOND
from tools.emulator.flow_control import FlowControl
from tools.emulator.message import Delivery, Message
from tools.emulator.settings import DeadLetterPolicy, RetryPolicy

MAX_ATTEMPTS = 5


@dataclass
class Held:
    """A message that the model's subscriber holds."""

    message: Message
    deadline: int


@dataclass
class Model:
    """What should be true of the subscription."""

    ordering: bool
    dead_lettering: bool
    published: list[Message] = field(default_factory=list)
    settled: set[int] = field(default_factory=set)
    dead: set[int] = field(default_factory=set)
    failures: dict[int, int] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)

    def earlier_of_key(self, message: Message) -> list[Message]:
        """The messages that must come before this one."""
        if not (self.ordering and message.ordering_key):
            return []
        return [
            other
            for other in self.published
            if other.ordering_key == message.ordering_key and other.number < message.number
        ]

    def deliver(self, delivery: Delivery, deadline: int) -> None:
        """Check that this delivery is allowed, and remember it."""
        number = delivery.message.number
        in_hands = {held.message.number for held in self.held.values()}
        assert number not in in_hands, "it is outstanding"
        assert number not in self.settled, "it was acknowledged"
        assert delivery.attempt == self.failures.get(number, 0) + 1
        for earlier in self.earlier_of_key(delivery.message):
            assert earlier.number in self.settled | in_hands, "an earlier one of its key waits"
        self.held[delivery.ack_id] = Held(delivery.message, deadline)

    def settle(self, ack_id: str) -> None:
        """Acknowledge."""
        self.settled.add(self.held.pop(ack_id).message.number)

    def fail(self, ack_id: str) -> None:
        """Nack, or let expire: later ones of the key are called back unless this one is dead."""
        message = self.held.pop(ack_id).message
        failures = self.failures[message.number] = self.failures.get(message.number, 0) + 1
        if self.dead_lettering and failures >= MAX_ATTEMPTS:
            self.settled.add(message.number)
            self.dead.add(message.number)
            return
        for later in self.published:
            if any(earlier is message for earlier in self.earlier_of_key(later)):
                self.settled.discard(later.number)
                self.dead.discard(later.number)
                self.held = {k: h for k, h in self.held.items() if h.message is not later}

    def expire(self, now: int) -> None:
        """Fail what expired, in the order of the deadlines."""
        due = sorted((held.deadline, ack_id) for ack_id, held in self.held.items())
        for deadline, ack_id in due:
            if deadline <= now and ack_id in self.held:
                self.fail(ack_id)


class Subscribing(RuleBasedStateMachine):
    """A publisher, a subscriber that does anything it may, and time."""

    @initialize(ordering=st.booleans(), dead_lettering=st.booleans(), retrying=st.booleans())
    def start(self, ordering: bool, dead_lettering: bool, retrying: bool) -> None:
        self.world = Rules()
        self.dead = self.world.subscribe("dead", topic=DEAD_TOPIC)
        self.model = Model(ordering, dead_lettering)
        self.flow = FlowControl(max_messages=20)
        self.subscription = self.world.subscribe(
            ordering=ordering,
            dead_letter_policy=DeadLetterPolicy(DEAD_TOPIC) if dead_lettering else None,
            retry_policy=RetryPolicy(SECOND, 4 * SECOND) if retrying else None,
        )

    @rule(keys=st.lists(st.sampled_from(["", "a", "b"]), min_size=1, max_size=6))
    def publish(self, keys: list[str]) -> None:
        for key in keys:
            self.model.published += self.world.publish("x", key=key)

    @rule(limit=st.integers(1, 10))
    def take(self, limit: int) -> None:
        deadline = self.world.clock() + 10 * SECOND
        for delivery in self.subscription.take(limit, self.flow):
            self.model.deliver(delivery, deadline)

    @precondition(lambda self: self.model.held)
    @rule(data=st.data())
    def acknowledge(self, data: st.DataObject) -> None:
        for ack_id in data.draw(st.lists(st.sampled_from(sorted(self.model.held)), unique=True)):
            self.subscription.acknowledge([ack_id])
            self.model.settle(ack_id)

    @precondition(lambda self: self.model.held)
    @rule(data=st.data())
    def nack(self, data: st.DataObject) -> None:
        ack_id = data.draw(st.sampled_from(sorted(self.model.held)))
        self.subscription.modify_ack_deadline([ack_id], 0)
        self.model.fail(ack_id)
        self.stale = ack_id

    @precondition(lambda self: self.model.held)
    @rule(data=st.data(), seconds=st.integers(1, 20))
    def extend(self, data: st.DataObject, seconds: int) -> None:
        ack_id = data.draw(st.sampled_from(sorted(self.model.held)))
        self.subscription.modify_ack_deadline([ack_id], seconds)
        self.model.held[ack_id].deadline = self.world.clock() + seconds * SECOND

    @precondition(lambda self: hasattr(self, "stale"))
    @rule(seconds=st.sampled_from([0, 10]))
    def use_a_stale_ack_id(self, seconds: int) -> None:
        self.subscription.acknowledge([self.stale])
        self.subscription.modify_ack_deadline([self.stale], seconds)

    @rule(seconds=st.integers(1, 12))
    def let_time_pass(self, seconds: int) -> None:
        self.world.clock.forward(seconds)
        self.subscription.advance()
        self.model.expire(self.world.clock())

    @rule(limit=st.integers(1, 10))
    def take_and_never_send(self, limit: int) -> None:
        self.subscription.give_back(self.subscription.take(limit, self.flow))

    @invariant()
    def outstanding_is_what_is_held(self) -> None:
        if hasattr(self, "model"):
            assert self.subscription.outstanding == len(self.model.held) == self.flow.messages

    def teardown(self) -> None:
        if not hasattr(self, "model"):
            return
        self.let_time_pass(20)
        while self._unsettled():
            self.let_time_pass(5)
            deliveries = take(self.subscription)
            assert deliveries, "a message was lost"
            for delivery in deliveries:
                self.model.deliver(delivery, self.world.clock() + 10 * SECOND)
            for ack_id in list(self.model.held):
                self.model.settle(ack_id)
            ack(self.subscription, *deliveries)
        assert take(self.subscription) == []
        assert self.dead.ready >= len(self.model.dead)

    def _unsettled(self) -> set[int]:
        return {message.number for message in self.model.published} - self.model.settled


Subscribing.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
test_the_rules_keep_what_they_promise = Subscribing.TestCase
