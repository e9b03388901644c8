"""How an event of the past is sent again: as it was, and with the id of the replay.

Its source, id and time stay what they were, also where the original left them to Pub/Sub: a bare
event gets those of the message that carried it, since a new message would give it new ones.
"""

from datetime import datetime

import orjson

from consumer.decode import is_binary, is_structured
from consumer.message import Message, OutgoingMessage
from schemas.dead_letters import MAX_ATTRIBUTES
from schemas.events import REPLAY_ATTRIBUTE, CustomerEvent, binary_attributes
from schemas.moments import rfc3339
from tools.errors import BadInput

_TIME_ATTRIBUTE = "ce-time"


def stamped(message: Message, event: CustomerEvent, replay_id: str) -> OutgoingMessage:
    """Lay the message out for another turn; nothing of its data is lost or rewritten.

    Args:
        message: as it was.
        event: what the worker's own code reads from it.
        replay_id: takes the place of that of an earlier replay.

    Raises:
        BadInput: a bare event has so many attributes that its source and id find no room.
    """
    if is_structured(message.attributes):
        return _structured(message, event.time, replay_id)
    if is_binary(message.attributes):
        return _binary(message, event.time, replay_id)
    return _bare(message, event, replay_id)


def _binary(message: Message, time: datetime, replay_id: str) -> OutgoingMessage:
    attributes = {_TIME_ATTRIBUTE: rfc3339(time), **message.attributes, REPLAY_ATTRIBUTE: replay_id}
    return _outgoing(message, message.data, attributes)


def _bare(message: Message, event: CustomerEvent, replay_id: str) -> OutgoingMessage:
    carried = binary_attributes(event.source, event.id, event.time)
    attributes = {**message.attributes, **carried, REPLAY_ATTRIBUTE: replay_id}
    return _outgoing(message, message.data, attributes)


def _structured(message: Message, time: datetime, replay_id: str) -> OutgoingMessage:
    """Append to the JSON object: of repeated keys the last counts, and all else stays as it was."""
    added = orjson.dumps({"time": rfc3339(time), "replay": replay_id})
    data = message.data.rstrip().removesuffix(b"}") + b"," + added[1:]
    return _outgoing(message, data, dict(message.attributes))


def _outgoing(message: Message, data: bytes, attributes: dict[str, str]) -> OutgoingMessage:
    if len(attributes) > MAX_ATTRIBUTES:
        raise BadInput(
            f"with those of the replay it has {len(attributes)} attributes; at most "
            f"{MAX_ATTRIBUTES} are allowed"
        )
    return OutgoingMessage(data, attributes, message.ordering_key)
