"""Whatever is received is an event, or an error that says why and a dead letter that restores.

``make test-long`` tries 100,000 messages.
"""

import json
from datetime import UTC
from decimal import Decimal
from typing import Any

from google.pubsub_v1.types import PubsubMessage
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consumer.dead_letter import dead_letter, restore
from consumer.decode import decode_message
from consumer.errors import InvalidEvent, PublishRefused
from consumer.message import Message, OutgoingMessage
from schemas.events import CustomerEvent
from tests.builders import TOPIC, message
from tests.hostile_messages import NAME, messages, right, updates
from tools.emulator.limits import MAX_MESSAGE_BYTES, check_message

SUBSCRIPTION = "projects/p/subscriptions/churn-worker"


def cases(times: float) -> settings:
    """So many times the profile's examples: 100 in ``make test``, 10,000 in the search."""
    return settings(max_examples=round(times * settings().max_examples))


def received(original: Message) -> CustomerEvent | InvalidEvent:
    """What the worker makes of a message; any other error is a crash."""
    try:
        return decode_message(original, TOPIC)
    except InvalidEvent as error:
        return error


def is_within_the_limits(letter: OutgoingMessage) -> bool:
    """Ask the emulator's own copy of Pub/Sub's limits."""
    check_message(len(letter.data), letter.attributes, letter.ordering_key)
    whole = PubsubMessage(data=letter.data, attributes=dict(letter.attributes))
    return bool(PubsubMessage.pb(whole).ByteSize() <= MAX_MESSAGE_BYTES)


def accepted_by_another_parser(data: bytes) -> Any:
    """Read JSON by the standard library, strictly; of repeated keys the last counts here too."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    return json.loads(data.decode(), parse_constant=refuse, parse_float=Decimal)


def is_exactly(written: Any, read: Any) -> bool:
    """Compare digit by digit; with a fraction or exponent as floats, where those are exact."""
    if isinstance(written, int) and isinstance(read, Decimal):
        return bool(written == float(read) and abs(written) < 2**53)
    return bool(written == (float(read) if isinstance(written, float) else read))


@cases(6)
@given(messages)
def test_a_message_is_an_event_or_a_dead_letter_that_restores(original: Message) -> None:
    outcome = received(original)
    if isinstance(outcome, CustomerEvent):
        assert -(2**63) <= outcome.update.id_client < 2**63
        assert outcome.time.tzinfo is UTC
        assert outcome.source
        assert outcome.id
        return
    reason = str(outcome)
    assert reason.isprintable()
    assert NAME not in reason
    letter = dead_letter(original, outcome, SUBSCRIPTION)
    assert is_within_the_limits(letter)
    restored = restore(letter)
    assert (restored.data, restored.attributes) == (original.data, original.attributes)


@cases(2)
@given(st.one_of(updates, right))
@example('{"id_client": 9007199254740993.0}')
@example('{"id_client": 1, "id_client": 2}')
@example('{"id_client": 1E-400}')
def test_an_event_says_what_another_parser_reads(text: str) -> None:
    data = text.encode(errors="surrogatepass")
    outcome = received(message(data))
    if isinstance(outcome, CustomerEvent):
        document = accepted_by_another_parser(data)
        written = outcome.update.model_dump(mode="json", exclude_unset=True)
        assert [name for name in written if not is_exactly(written[name], document[name])] == []
        assert set(document) == {*written, *outcome.unknown_fields}


@cases(2)
@given(messages, st.text())
def test_any_error_makes_a_dead_letter_that_restores(original: Message, reason: str) -> None:
    letter = dead_letter(original, PublishRefused(reason), SUBSCRIPTION)
    assert is_within_the_limits(letter)
    restored = restore(letter)
    assert (restored.data, restored.attributes) == (original.data, original.attributes)
