"""What a dead letter carries, when there is one, and that the original can be restored."""

import random
from datetime import timedelta

import pytest
from google.pubsub_v1.types import PubsubMessage

from consumer.dead_letter import RetryPolicy, dead_letter, disposition_of, restore
from consumer.errors import (
    ChurnError,
    DatabaseDown,
    Disposition,
    InvalidEvent,
    PublishRefused,
    UnknownCustomer,
)
from consumer.message import Message, OutgoingMessage
from tests.builders import NOON, message, update
from tools.emulator.limits import MAX_MESSAGE_BYTES, check_message

SUBSCRIPTION = "projects/p/subscriptions/churn-worker"
POLICY = RetryPolicy(max_attempts=4, max_age=timedelta(hours=1))
ERROR = InvalidEvent("age: must be a whole number")
NOISE = random.Random(1).randbytes(9_999_900)
"""Data that no compression makes smaller."""


def letter(original: Message, error: ChurnError = ERROR) -> OutgoingMessage:
    return dead_letter(original, error, SUBSCRIPTION)


def test_a_dead_letter_keeps_the_original_and_explains_itself() -> None:
    original = update(1, age="x")
    found = letter(original)
    assert found.data == original.data
    assert found.attributes == {
        **original.attributes,
        "churn-error": "InvalidEvent",
        "churn-reason": "age: must be a whole number",
        "churn-stage": "decode",
        "churn-attempts": "1",
        "churn-first-seen": "2024-05-01T12:00:00Z",
        "churn-subscription": SUBSCRIPTION,
    }


def test_an_error_beside_the_events_own_happened_at_publishing() -> None:
    assert letter(update(1), PublishRefused("x")).attributes["churn-stage"] == "publish"


def test_a_long_reason_is_cut_at_pubsubs_limit_between_characters() -> None:
    reason = letter(update(1), InvalidEvent("é" * 2000)).attributes["churn-reason"]
    assert len(reason.encode()) == 1024


@pytest.mark.parametrize(
    "original",
    [
        update(1),
        message(b"\x00\xff" * 50, {f"a{number}": "x" for number in range(97)}),
        message(b"x" * 9_995_000, ce_id="1"),
        message(b"again", churn_error="InvalidEvent"),
        message(b"again", churn_envelope="gzip+json"),
        message(b"", only="attributes"),
        message(NOISE[:9_980_000], ce_id="1"),
        message(NOISE[:9_700_000], {f"a{number}": "é" * 512 for number in range(100)}),
        message(b"{", {"a" * 257: "x"}),
        message(b"{", a="é" * 513),
        message(b"{", {"goog-reserved": "x", "googclient_traceparent": "x"}),
        message(b"{", {"": "x"}),
    ],
    ids=[
        *("plain", "100 attributes", "10 MB", "failed again", "looks like ours", "no data"),
        *("noise", "noise and 100 attributes", "long key", "long value", "reserved", "no key"),
    ],
)
def test_the_original_can_be_restored_byte_for_byte(original: Message) -> None:
    found = letter(original)
    check_message(len(found.data), found.attributes, found.ordering_key)
    assert size_of(found) <= MAX_MESSAGE_BYTES
    assert restore(found) == OutgoingMessage(original.data, original.attributes)


def test_a_message_that_no_envelope_makes_smaller_is_left_too_large() -> None:
    assert size_of(letter(message(NOISE))) > MAX_MESSAGE_BYTES


def size_of(outgoing: OutgoingMessage) -> int:
    """Bytes of the message on its way to Pub/Sub."""
    whole = PubsubMessage(data=outgoing.data, attributes=dict(outgoing.attributes))
    return int(PubsubMessage.pb(whole).ByteSize())


def test_an_envelope_shows_none_of_the_original_attributes() -> None:
    original = message(b"x", {f"a{number}": "Dupont" for number in range(98)})
    assert "Dupont" not in letter(original).attributes.values()


@pytest.mark.parametrize("key", ["nom", "ce-nom"])
def test_a_name_in_an_attribute_goes_into_the_envelope(key: str) -> None:
    original = message(b"x", {key: "Dupont"})
    assert "Dupont" not in letter(original).attributes.values()
    assert restore(letter(original)).attributes == original.attributes


def test_an_error_that_may_heal_is_retried_until_the_attempts_run_out() -> None:
    error = UnknownCustomer("no such customer")
    third, fourth = update(1), message(b"", attempt=4)
    assert disposition_of(error, third, POLICY, NOON) is Disposition.RETRY
    assert disposition_of(error, fourth, POLICY, NOON) is Disposition.DEAD_LETTER


def test_without_an_attempt_number_age_decides() -> None:
    error, uncounted = UnknownCustomer("no such customer"), message(b"", attempt=None)
    young, old = NOON + timedelta(minutes=59), NOON + timedelta(minutes=60)
    assert disposition_of(error, uncounted, POLICY, young) is Disposition.RETRY
    assert disposition_of(error, uncounted, POLICY, old) is Disposition.DEAD_LETTER


def test_what_can_never_succeed_is_not_retried() -> None:
    assert disposition_of(ERROR, update(1), POLICY, NOON) is Disposition.DEAD_LETTER


def test_an_outage_never_makes_a_dead_letter() -> None:
    last = message(b"", attempt=99)
    assert disposition_of(DatabaseDown("away"), last, POLICY, NOON) is Disposition.HOLD
