"""Whatever comes in, in whatever mixture: one outcome each, and no score depends on its batch."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from consumer.errors import EventError
from consumer.message import Message
from consumer.stages import Alerted, Failed, Outcome, Silent
from tests.builders import message, processed, profile, update

KNOWN = {number: profile(number, age=15 * number) for number in range(1, 6)}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
good = st.builds(update, st.integers(1, 5), event_id=st.sampled_from(["a", "b"]))
unknown = st.builds(update, st.integers(6, 9))
overflowing = st.builds(update, st.just(2**62))
unscorable = st.builds(lambda i: update(i, salaire=-1.0), st.integers(1, 5))
garbage = st.builds(message, st.binary(max_size=30))
attributes = st.dictionaries(
    st.sampled_from(["ce-id", "ce-type", "ce-time", "content-type", "other"]),
    st.sampled_from(["", "1", "customer.updated", "application/cloudevents+json", "\x00é"]),
)
wild = st.builds(message, st.binary(max_size=30), attributes)
messages = st.one_of(good, unknown, overflowing, unscorable, garbage, wild)


def run(batch: Sequence[Message]) -> list[Outcome]:
    return processed(*batch, known=KNOWN)


def in_short(outcome: Outcome) -> object:
    match outcome:
        case Alerted(alert=alert):
            return alert
        case Silent(probability=probability):
            return probability
        case Failed(error=error):
            return (type(error), str(error))


@given(st.lists(messages, max_size=20))
def test_every_delivery_has_exactly_one_outcome_in_its_place(batch: list[Message]) -> None:
    assert [outcome.message for outcome in run(batch)] == batch


@given(st.lists(messages, max_size=12))
def test_an_outcome_does_not_depend_on_what_shares_its_batch(batch: list[Message]) -> None:
    together = [in_short(outcome) for outcome in run(batch)]
    alone = [in_short(outcome) for each in batch for outcome in run([each])]
    assert together == alone


@given(st.one_of(st.binary(), json_values.map(lambda value: repr(value).encode())))
def test_no_bytes_crash_the_worker_or_pass_in_silence(data: bytes) -> None:
    [outcome] = run([message(data)])
    assert isinstance(outcome, Alerted | Silent | Failed)
    if isinstance(outcome, Failed):
        assert isinstance(outcome.error, EventError)
        assert str(outcome.error)
