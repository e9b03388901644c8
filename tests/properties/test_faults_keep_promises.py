"""Faults do what the service may do: nothing is lost or comes after its ack, keys stay in order."""

from hypothesis import given
from hypothesis import strategies as st

from tests.emulator_rules import Rules, take
from tools.emulator.faults import Faults
from tools.emulator.faults.deliveries import DeliveryFaults
from tools.emulator.faults.rules import DropAcks, DuplicateDeliveries, OutOfOrder

ORDERED = (DuplicateDeliveries(share=0.4), OutOfOrder())
UNORDERED = (*ORDERED, DropAcks(share=0.2))
"""Without ordering keys alone: with them, what follows a message that expires comes again."""


@given(
    keys=st.lists(st.sampled_from(["", "a", "b"]), min_size=1, max_size=25),
    limit=st.integers(1, 10),
    ordering=st.booleans(),
    seed=st.integers(),
)
def test_every_message_is_settled_by_an_ack_and_never_comes_after_it(
    keys: list[str], limit: int, ordering: bool, seed: int
) -> None:
    rules, faults = Rules(), Faults(seed=seed)
    subscription = rules.subscribe(ordering=ordering)
    published = {rules.publish("x", key=key)[0].number: key for key in keys}
    for rule in ORDERED if ordering else UNORDERED:
        faults.begin(rule)
    meeting = DeliveryFaults(faults, subscription)
    settled: set[int] = set()

    while len(settled) < len(published):
        sent = [
            (each.message.number, each.ack_id) for each in meeting.sent(take(subscription, limit))
        ]
        assert settled.isdisjoint(number for number, _ in sent)
        for key in {"a", "b"} if ordering else set():
            numbers = [number for number, _ in sent if published[number] == key]
            due = [each for each in published if published[each] == key and each not in settled]
            assert numbers == due[: len(numbers)]
        for number, ack_id in sent:
            held = subscription.outstanding
            subscription.acknowledge(meeting.applied([ack_id]))
            settled |= {number} if subscription.outstanding < held else set()
        if not sent:
            rules.clock.forward(10)

    rules.clock.forward(60)
    assert take(subscription) == []
