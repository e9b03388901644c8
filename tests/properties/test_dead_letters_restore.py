"""A dead letter gives its original back, byte for byte, within Pub/Sub's limits."""

from hypothesis import given
from hypothesis import strategies as st

from consumer.dead_letter import dead_letter, restore
from consumer.errors import InvalidEvent
from consumer.message import Message, OutgoingMessage
from schemas import dead_letters as words
from tests.builders import NOON

names = st.one_of(st.text(min_size=1, max_size=20), st.sampled_from([*words.ADDED, words.ENVELOPE]))
attributes = st.dictionaries(names, st.text(max_size=50), max_size=words.MAX_ATTRIBUTES)


@given(st.binary(), attributes, st.text())
def test_the_original_is_restored(data: bytes, given_: dict[str, str], reason: str) -> None:
    original = Message("1", data, given_, NOON)
    letter = dead_letter(original, InvalidEvent(reason), "projects/p/subscriptions/s")
    assert restore(letter) == OutgoingMessage(data, given_)
    assert len(letter.attributes) <= words.MAX_ATTRIBUTES
    added = (letter.attributes[name] for name in words.ADDED)
    assert all(len(value.encode()) <= words.MAX_ATTRIBUTE_VALUE_BYTES for value in added)
