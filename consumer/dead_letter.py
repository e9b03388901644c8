"""A message that cannot be processed becomes a dead letter: the original, and what went wrong.

The data and attributes stay as they were and ``churn-…`` attributes are added. Where that breaks
Pub/Sub's limits, the original travels in a gzipped JSON envelope that restores to the same bytes.
"""

import base64
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from consumer.errors import ChurnError, Disposition, EventError
from consumer.message import Message, OutgoingMessage
from schemas import dead_letters as words
from schemas.moments import rfc3339

ENVELOPE_FORM = "gzip+json"

_SMALL_OVERHEAD = 10_000
"""Bytes kept free for keys, values and framing of the added attributes."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long an event that may heal is retried before it becomes a dead letter."""

    max_attempts: int
    max_age: timedelta
    """Used where the subscription sends no attempt number."""

    def is_exhausted(self, message: Message, now: datetime) -> bool:
        """Whether this delivery is the last one."""
        if message.delivery_attempt is not None:
            return message.delivery_attempt >= self.max_attempts
        return now - message.publish_time >= self.max_age


def disposition_of(
    error: ChurnError, message: Message, policy: RetryPolicy, now: datetime
) -> Disposition:
    """Say what becomes of the delivery: its error's disposition, unless its retries ran out."""
    if error.disposition is Disposition.RETRY and policy.is_exhausted(message, now):
        return Disposition.DEAD_LETTER
    return error.disposition


def dead_letter(message: Message, error: ChurnError, subscription: str) -> OutgoingMessage:
    """Lay a dead letter out; in an envelope where the added attributes do not fit."""
    added = _explanation(message, error, subscription)
    if _fits(message, added):
        return OutgoingMessage(message.data, {**message.attributes, **added})
    return OutgoingMessage(_seal(message), {**added, words.ENVELOPE: ENVELOPE_FORM})


def restore(letter: OutgoingMessage) -> OutgoingMessage:
    """Give back the original data and attributes of a dead letter, byte for byte."""
    if words.ENVELOPE in letter.attributes:
        return _unseal(letter.data)
    original = {k: v for k, v in letter.attributes.items() if k not in words.ADDED}
    return OutgoingMessage(letter.data, original)


def _explanation(message: Message, error: ChurnError, subscription: str) -> dict[str, str]:
    attempts = "" if message.delivery_attempt is None else str(message.delivery_attempt)
    values = {
        words.ERROR: type(error).__name__,
        words.REASON: str(error),
        words.STAGE: error.stage if isinstance(error, EventError) else "publish",
        words.ATTEMPTS: attempts,
        words.FIRST_SEEN: rfc3339(message.publish_time),
        words.SUBSCRIPTION: subscription,
    }
    return {key: _clip(value) for key, value in values.items()}


def _clip(value: str) -> str:
    """Cut a value to Pub/Sub's limit without cutting a character in two."""
    encoded = value.encode(errors="replace")  # half a surrogate pair has no UTF-8
    return encoded[: words.MAX_ATTRIBUTE_VALUE_BYTES].decode(errors="ignore")


def _fits(message: Message, added: Mapping[str, str]) -> bool:
    """Whether the original can stay as it is beside what is added.

    Originals that carry a name of ours already (a dead letter that failed again) do not fit: one
    of the two values would be lost. Nor does a customer's name.
    """
    names = {*added, words.ENVELOPE, *words.PERSONAL}
    return (
        names.isdisjoint(message.attributes)
        and len(message.attributes) + len(added) <= words.MAX_ATTRIBUTES
        and all(_may_be_published(key, value) for key, value in message.attributes.items())
        and _size(message) + _SMALL_OVERHEAD <= words.MAX_MESSAGE_BYTES
    )


def _may_be_published(key: str, value: str) -> bool:
    """Whether Pub/Sub takes this attribute; what it gives us, it may have set by itself."""
    return (
        0 < len(key.encode()) <= words.MAX_ATTRIBUTE_KEY_BYTES
        and len(value.encode()) <= words.MAX_ATTRIBUTE_VALUE_BYTES
        and (not key.startswith(words.RESERVED_PREFIX) or key.startswith(words.CLIENTS_PREFIX))
    )


def _size(message: Message) -> int:
    return len(message.data) + sum(
        len(key.encode()) + len(value.encode()) for key, value in message.attributes.items()
    )


def _seal(message: Message) -> bytes:
    content = {
        "data": base64.b64encode(message.data).decode(),
        "attributes": dict(message.attributes),
        "ordering_key": message.ordering_key,
    }
    # A fixed time stamp, so that the same message gives the same bytes.
    return gzip.compress(orjson.dumps(content), mtime=0)


def _unseal(data: bytes) -> OutgoingMessage:
    content = orjson.loads(gzip.decompress(data))
    return OutgoingMessage(
        base64.b64decode(content["data"]), content["attributes"], content["ordering_key"]
    )
