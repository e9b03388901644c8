"""What should be true of one subscription, told as simply as can be: the model of the rules."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tools.emulator.ack_results import AckFailure
from tools.emulator.message import Delivery, Message

MAX_ATTEMPTS = 5


@dataclass
class Held:
    """A message that the model's subscriber holds."""

    message: Message
    deadline: int


@dataclass
class Model:
    """Which messages are acknowledged, which are held, and how often each has failed.

    ``batches`` has for each ordering key the messages that went out since nothing of it was held.
    """

    ordering: bool
    dead_lettering: bool
    retaining: bool
    exactly_once: bool = False
    published: list[Message] = field(default_factory=list)
    settled: set[int] = field(default_factory=set)
    failures: dict[int, int] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    batches: dict[str, list[int]] = field(default_factory=dict)
    snapshots: dict[str, set[int]] = field(default_factory=dict)
    deaths: int = 0

    @property
    def unsettled(self) -> set[int]:
        """The numbers of the messages that are not acknowledged."""
        return {message.number for message in self.published} - self.settled

    def publish(self, messages: Iterable[Message]) -> None:
        """Publish: every snapshot retains what comes after it."""
        for message in messages:
            self.published.append(message)
            for snapshot in self.snapshots.values():
                snapshot.add(message.number)

    def deliver(self, delivery: Delivery, deadline: int) -> None:
        """Check that this delivery is allowed, and remember it."""
        message = delivery.message
        in_hands = {held.message.number for held in self.held.values()}
        assert message.number not in in_hands, "it is outstanding"
        assert message.number not in self.settled, "it was acknowledged"
        assert delivery.attempt == self.failures.get(message.number, 0) + 1
        for earlier in self._earlier_of_key(message):
            assert earlier in self.settled | in_hands, "an earlier one of its key waits"
        self.held[delivery.ack_id] = Held(message, deadline)
        if self._is_ordered(message):
            self.batches.setdefault(message.ordering_key, []).append(message.number)

    def acknowledge(self, ack_ids: Iterable[str]) -> dict[str, AckFailure]:
        """Settle what may be settled, and give what exactly-once delivery refuses."""
        refused = {}
        for ack_id in ack_ids:
            if ack_id not in self.held:
                refused[ack_id] = AckFailure.INVALID
            elif self.exactly_once and self._holds_earlier_of_key(ack_id):
                refused[ack_id] = AckFailure.UNORDERED
            else:
                message = self.held.pop(ack_id).message
                self.settled.add(message.number)
                self._close_batch(message)
        return refused if self.exactly_once else {}

    def move_deadlines(self, ack_ids: Iterable[str], deadline: int | None) -> dict[str, AckFailure]:
        """Extend, or nack where there is no deadline; give what exactly-once delivery refuses."""
        refused = {}
        for ack_id in ack_ids:
            if ack_id not in self.held:
                refused[ack_id] = AckFailure.INVALID
            elif deadline is None:
                self.fail(ack_id)
            else:
                self.held[ack_id].deadline = deadline
        return refused if self.exactly_once else {}

    def fail(self, ack_id: str) -> None:
        """Nack, or let expire: later ones of the batch come back unless this one is dead."""
        message = self.held.pop(ack_id).message
        failures = self.failures[message.number] = self.failures.get(message.number, 0) + 1
        if self.dead_lettering and failures >= MAX_ATTEMPTS:
            self.settled.add(message.number)
            self.deaths += 1
        elif self._is_ordered(message):
            batch = self.batches[message.ordering_key]
            returned = {number for number in batch if number >= message.number}
            batch[:] = [number for number in batch if number not in returned]
            self.settled -= returned
            self.held = {k: h for k, h in self.held.items() if h.message.number not in returned}
        self._close_batch(message)

    def expire(self, now: int) -> None:
        """Fail what expired, in the order of the deadlines."""
        due = sorted((held.deadline, ack_id) for ack_id, held in self.held.items())
        for deadline, ack_id in due:
            if deadline <= now and ack_id in self.held:
                self.fail(ack_id)

    def seek(self, time: int) -> None:
        """Acknowledge what is older than a time; of the rest what is known comes again."""
        later = {message.number for message in self.published if message.publish_time >= time}
        self._replay(later if self.retaining else later & self.unsettled)

    def restore(self, snapshot: str) -> None:
        """Take the state of a snapshot, which knows all its messages."""
        self._replay(self.snapshots[snapshot])

    def _replay(self, unsettled: set[int]) -> None:
        for number in unsettled & self.settled:
            self.failures.pop(number, None)
        self.settled = {message.number for message in self.published} - unsettled
        self.held.clear()
        self.batches.clear()

    def _is_ordered(self, message: Message) -> bool:
        return self.ordering and bool(message.ordering_key)

    def _earlier_of_key(self, message: Message) -> set[int]:
        if not self._is_ordered(message):
            return set()
        return {
            other.number
            for other in self.published
            if other.ordering_key == message.ordering_key and other.number < message.number
        }

    def _holds_earlier_of_key(self, ack_id: str) -> bool:
        earlier = self._earlier_of_key(self.held[ack_id].message)
        return any(held.message.number in earlier for held in self.held.values())

    def _close_batch(self, message: Message) -> None:
        key = message.ordering_key
        if all(held.message.ordering_key != key for held in self.held.values()):
            self.batches.pop(key, None)
