"""A dead letter becomes the message that it was."""

import gzip
import itertools

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.dead_letter import dead_letter
from consumer.errors import UnknownCustomer
from consumer.message import Message
from schemas.dead_letters import MAX_ATTRIBUTES
from tests.builders import NOON, message, update
from tools.downstream.dead_letters import BY_POLICY
from tools.emulator.dead_letter import PREFIX
from tools.replay.source import Entry, Rejected
from tools.replay.subscriptions.originals import entry_of, facts_of, original_of, redrives_of

ERROR = UnknownCustomer("the database has no such customer")
LATER = NOON.replace(hour=15)
POLICY = {
    f"{PREFIX}DeliveryCount": "10",
    f"{PREFIX}Subscription": "churn-worker",
    f"{PREFIX}SubscriptionProject": "p",
    f"{PREFIX}TopicPublishTime": "2024-05-01T12:00:00.000+00:00",
}


def letter_of(original: Message) -> Message:
    """What the worker publishes for a message that it gives up, as a reader gets it."""
    outgoing = dead_letter(original, ERROR, "projects/p/subscriptions/s")
    return Message("77", outgoing.data, outgoing.attributes, LATER)


def entry(letter: Message) -> Entry:
    found = entry_of(letter, read=1)
    assert isinstance(found, Entry)
    return found


@given(
    data=st.binary(max_size=200),
    attributes=st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=5),
)
def test_the_original_comes_back_byte_for_byte(data: bytes, attributes: dict[str, str]) -> None:
    original = original_of(letter_of(message(data, attributes)))
    assert (original.data, original.attributes) == (data, attributes)


def test_an_original_with_a_name_in_its_attributes_comes_back_out_of_its_envelope() -> None:
    original = message(b"\xff", {"nom": "Dupont", "ce-id": "1"})
    letter = letter_of(original)
    assert "nom" not in letter.attributes
    assert original_of(letter).attributes == original.attributes
    assert original_of(letter).data == b"\xff"


def test_the_original_has_the_time_at_which_it_was_published_and_the_dead_letters_id() -> None:
    original = original_of(letter_of(update(1)))
    assert (original.publish_time, original.message_id) == (NOON, "77")
    assert original.delivery_attempt is None


def test_what_pubsubs_own_policy_added_is_taken_off_again() -> None:
    letter = Message("77", b"{}", {"ce-id": "1", **POLICY}, LATER, ordering_key="k")
    original = original_of(letter)
    assert original.attributes == {"ce-id": "1"}
    assert (original.publish_time, original.ordering_key) == (NOON, "k")


def test_a_dead_letter_says_why_it_is_one() -> None:
    assert facts_of(letter_of(update(1))) == {
        "error": "UnknownCustomer",
        "reason": "the database has no such customer",
        "stage": "enrich",
        "attempts": "1",
    }


def test_of_a_dead_letter_of_pubsubs_own_there_are_the_attempts_alone() -> None:
    facts = facts_of(Message("77", b"", POLICY, LATER))
    assert facts == {"reason": BY_POLICY, "attempts": "10"}


def test_each_redrive_is_counted_however_often_it_fails_again() -> None:
    original = update(1)
    for times in (1, 2, 3):
        redriven = entry(letter_of(original)).message
        assert redriven.attributes == {**update(1).attributes, "churn-redrives": str(times)}
        assert redriven.data == update(1).data
        original = redriven
    assert redrives_of(original) == 3


def test_redrives_go_on_through_an_envelope_and_through_pubsubs_own_policy() -> None:
    named = entry(letter_of(message({}, {"nom": "Dupont"}))).message
    by_policy = named._replace(attributes={**named.attributes, **POLICY})
    again = entry(by_policy).message
    assert again.attributes == {"nom": "Dupont", "churn-redrives": "2"}


@pytest.mark.parametrize("count", ["", "x", "-1", "²", "9" * 50])
def test_a_count_of_redrives_that_is_none_begins_anew(count: str) -> None:
    letter = letter_of(message({}, {"churn-redrives": count}))
    assert entry(letter).message.attributes == {"churn-redrives": "1"}


def test_where_there_is_no_room_for_the_count_the_original_goes_as_it_was() -> None:
    full = {f"a{each}": "x" for each in range(MAX_ATTRIBUTES)}
    assert entry(letter_of(message({}, full))).message.attributes == full


def test_a_redriven_event_that_fails_again_is_within_pubsubs_limits() -> None:
    nearly = {f"a{each}": "x" for each in range(MAX_ATTRIBUTES - 1)}
    redriven = entry(letter_of(message({}, nearly))).message
    again = letter_of(redriven)
    assert len(again.attributes) <= MAX_ATTRIBUTES
    assert entry(again).message.attributes == {**nearly, "churn-redrives": "2"}


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no gzip",
        packed(b"{}")[:-4],
        packed(b"not JSON"),
        packed(b"[]"),
        packed(orjson.dumps({"data": "", "attributes": {}})),
        packed(orjson.dumps({"data": "", "attributes": [1], "ordering_key": ""})),
        packed(orjson.dumps({"data": "", "attributes": {"a": 1}, "ordering_key": ""})),
        packed(orjson.dumps({"data": "", "attributes": {}, "ordering_key": None})),
        packed(orjson.dumps({"data": 1, "attributes": {}, "ordering_key": ""})),
    ],
    ids=itertools.count(),
)
def test_a_damaged_envelope_is_put_aside_and_says_which(data: bytes) -> None:
    letter = Message("77", data, {"churn-envelope": "gzip+json"}, LATER)
    rejected = entry_of(letter, read=5)
    assert isinstance(rejected, Rejected)
    assert rejected.problem == "dead letter 77: its envelope is damaged"
    assert (rejected.cursor, rejected.read) == ("77", 5)
    assert b'"message_id":"77"' in rejected.content
