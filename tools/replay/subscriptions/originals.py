"""A dead letter becomes the message that it was, to be sent again."""

import zlib
from collections.abc import Mapping
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from consumer.dead_letter import restore
from consumer.message import Message, OutgoingMessage
from schemas import dead_letters as words
from schemas.moments import Moment
from tools.downstream.dead_letters import BY_POLICY, attempts_of
from tools.replay.lines import line_of
from tools.replay.source import Entry, Rejected

_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
_DAMAGED = (
    OSError,  # no gzip, or a checksum that is wrong
    EOFError,  # cut off
    zlib.error,  # no deflated data
    ValueError,  # no JSON, or no base64
    KeyError,  # a part is missing
    TypeError,  # a part is something else
)
"""What reading an envelope raises that the worker did not write."""


class DamagedEnvelope(Exception):
    """The original cannot be had from its envelope."""


def entry_of(letter: Message, read: int) -> Entry | Rejected:
    """Restore a dead letter and count the redrive; its message id is the cursor.

    Args:
        letter: as it came from the dead-letter topic.
        read: how many there were with it.
    """
    try:
        original = original_of(letter)
    except DamagedEnvelope:
        problem = f"dead letter {letter.message_id}: its envelope is damaged"
        return Rejected(problem, line_of(letter), letter.message_id, read)
    return Entry(redriven(original), letter.message_id, read, facts_of(letter))


def original_of(letter: Message) -> Message:
    """Give the message that became a dead letter: its data and attributes, byte for byte.

    The original's message id is lost and the dead letter's stands for it; its publish time is what
    the dead letter says, where it says one.

    Raises:
        DamagedEnvelope: the original cannot be had.
    """
    restored = _restored(letter)
    attributes = restored.attributes
    if words.ENVELOPE not in letter.attributes:
        attributes = {k: v for k, v in attributes.items() if k not in words.ADDED_BY_POLICY}
    return Message(
        message_id=letter.message_id,
        data=restored.data,
        attributes=attributes,
        publish_time=first_seen_of(letter),
        ordering_key=restored.ordering_key or letter.ordering_key,
    )


def facts_of(letter: Message) -> dict[str, str]:
    """Say why it is a dead letter: ``error``, ``reason``, ``stage``, ``attempts``; none is empty.

    Of a dead letter of Pub/Sub's own policy there are reason and attempts alone.
    """
    read = letter.attributes.get
    facts = {
        "error": read(words.ERROR, ""),
        "reason": read(words.REASON, BY_POLICY),
        "stage": read(words.STAGE, ""),
        "attempts": attempts_of(letter),
    }
    return {name: value for name, value in facts.items() if value}


def redrives_of(original: Message) -> int:
    """Say how often a message was sent again from the dead letters; 0 where that is no number."""
    count = original.attributes.get(words.REDRIVES, "")
    return int(count) if count.isascii() and count.isdecimal() and len(count) < _MOST_DIGITS else 0


def redriven(original: Message) -> Message:
    """Count one redrive more; not where Pub/Sub allows the message no further attribute."""
    counted = {**original.attributes, words.REDRIVES: str(redrives_of(original) + 1)}
    if len(counted) > words.MAX_ATTRIBUTES:
        return original
    return original._replace(attributes=counted)


_MOST_DIGITS = 10


def _restored(letter: Message) -> OutgoingMessage:
    try:
        restored = restore(OutgoingMessage(letter.data, letter.attributes))
    except _DAMAGED as error:
        raise DamagedEnvelope from error
    if not (_is_attributes(restored.attributes) and isinstance(restored.ordering_key, str)):
        raise DamagedEnvelope
    return restored


def _is_attributes(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(each, str) for each in value.values())


def first_seen_of(letter: Message) -> datetime:
    """When the original was published, by the worker or else by Pub/Sub itself."""
    for name in (words.FIRST_SEEN, words.POLICY_FIRST_SEEN):
        try:
            return _MOMENT.validate_python(letter.attributes.get(name))
        except ValidationError:
            continue
    return letter.publish_time
