"""A message becomes a customer event, or an :class:`InvalidEvent` that says why not.

Three forms are read: CloudEvents binary mode (attributes ``ce-…``), CloudEvents structured mode
(content type ``application/cloudevents+json``), and a bare JSON event. See "CloudEvents
specification 1.0" and its Google Cloud Pub/Sub protocol binding.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson
from pydantic import ValidationError

from consumer.errors import InvalidEvent
from consumer.message import Message
from consumer.stages import Decoded, Failed
from schemas.events import (
    CONTENT_TYPE_ATTRIBUTE,
    EVENT_TYPE,
    SPEC_VERSION,
    STRUCTURED_CONTENT_TYPE,
    CustomerEvent,
    CustomerUpdate,
)
from schemas.moments import in_utc

KNOWN_FIELDS = frozenset(CustomerUpdate.model_fields)

INEXACT = 2.0**53
"""From here on one float stands for several whole numbers (IEEE 754, double precision)."""

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_PREFIX = "ce-"


class _Names(NamedTuple):
    """How the attributes of an event are named in one of the modes."""

    specversion: str
    type: str
    source: str
    id: str
    time: str
    replay: str


_STRUCTURED: Final = _Names(*_Names._fields)
_BINARY: Final = _Names(*(_PREFIX + name for name in _Names._fields))


class _Envelope(NamedTuple):
    """What stands around the data, whichever form it came in."""

    source: str
    id: str
    time: datetime
    replay: str | None
    data: Any


def decode(batch: Sequence[Message], topic: str) -> tuple[list[Decoded], list[Failed]]:
    """Read each message; one that cannot be read fails alone."""
    decoded: list[Decoded] = []
    failed: list[Failed] = []
    for message in batch:
        try:
            decoded.append(Decoded(message, decode_message(message, topic)))
        except InvalidEvent as error:
            failed.append(Failed(message, error))
    return decoded, failed


def decode_message(message: Message, topic: str) -> CustomerEvent:
    """Read one message; ``topic`` is the source of an event that names none.

    Raises:
        InvalidEvent: the message can never be read; the text names the field, never its value.
    """
    envelope = _open(message, topic)
    if not isinstance(envelope.data, dict):
        raise InvalidEvent("the event's data is not a JSON object")
    source, event_id, time, replay, data = envelope
    return CustomerEvent(source, event_id, time, _validate(data), replay, _unknown_fields(data))


def _unknown_fields(data: dict[str, Any]) -> tuple[str, ...]:
    if data.keys() <= KNOWN_FIELDS:
        return ()
    return tuple(name for name in data if name not in KNOWN_FIELDS)


def _open(message: Message, topic: str) -> _Envelope:
    if is_structured(message.attributes):
        return _open_structured(message)
    if is_binary(message.attributes):
        return _envelope(message.attributes, message, _json(message.data), _BINARY)
    return _Envelope(topic, message.message_id, message.publish_time, None, _json(message.data))


def _open_structured(message: Message) -> _Envelope:
    context = _json(message.data)
    if not isinstance(context, dict):
        raise InvalidEvent("the structured CloudEvent is not a JSON object")
    # A null attribute counts as absent ("JSON Event Format for CloudEvents", section 2.2).
    given = {name: value for name, value in context.items() if value is not None}
    if "data_base64" in given:
        return _envelope(given, message, _json(_from_base64(given["data_base64"])), _STRUCTURED)
    return _envelope(given, message, given.get("data"), _STRUCTURED)


def is_structured(attributes: Mapping[str, str]) -> bool:
    """Whether a message with these attributes has its whole event in its data."""
    return _content_type(attributes) == STRUCTURED_CONTENT_TYPE


def is_binary(attributes: Mapping[str, str]) -> bool:
    """Whether a message with these attributes has its event in them, unless it is structured."""
    return _BINARY.id in attributes or any(name.startswith(_PREFIX) for name in attributes)


def _envelope(context: Mapping[str, Any], message: Message, data: Any, names: _Names) -> _Envelope:
    """Check what CloudEvents requires; a missing time is the time of publishing.

    Args:
        context: the event's attributes, with or without others.
        message: around it.
        data: parsed.
        names: of the event's attributes among them.

    Raises:
        InvalidEvent: the text names the attribute.
    """
    _expect(context, names.specversion, SPEC_VERSION)
    _expect(context, names.type, EVENT_TYPE)
    return _Envelope(
        _text(context, names.source),
        _text(context, names.id),
        _time(context[names.time], names.time) if names.time in context else message.publish_time,
        _text(context, names.replay) if names.replay in context else None,
        data,
    )


def _content_type(attributes: Mapping[str, str]) -> str:
    """Return the media type without parameters; the attribute's name in any case."""
    value = attributes.get(CONTENT_TYPE_ATTRIBUTE)
    if value is None:
        named = (name for name in attributes if name.lower() == CONTENT_TYPE_ATTRIBUTE)
        value = attributes.get(next(named, ""), "")
    return value.partition(";")[0].strip().lower()


def _json(data: bytes) -> Any:
    """Parse JSON; NaN and Infinity are refused, and of repeated keys the last counts."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise InvalidEvent(f"the data is not JSON: {error}") from error


def _from_base64(value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise InvalidEvent("data_base64 is not base64") from error


def _validate(data: dict[str, Any]) -> CustomerUpdate:
    """Check the fields; an id that was rounded on the way may be another customer's."""
    identity = data.get("id_client")
    if isinstance(identity, float) and abs(identity) >= INEXACT:
        raise InvalidEvent("id_client: must be written without a fraction or exponent, to be exact")
    try:
        return CustomerUpdate.model_validate(data)
    except ValidationError as error:
        raise InvalidEvent(_explain(error)) from error


def _explain(error: ValidationError) -> str:
    """Say what is wrong with the first wrong field, without its value."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    more = error.error_count() - 1
    problem = first["msg"].removeprefix("Value error, ")
    return f"{field}: {problem}" + (f" (and {more} more)" if more else "")


def _expect(context: Mapping[str, Any], name: str, expected: str) -> None:
    if context.get(name) != expected:
        raise InvalidEvent(f"{name} must be {expected!r}")


def _text(context: Mapping[str, Any], name: str) -> str:
    value = context.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidEvent(f"{name} must be a non-empty string")
    return value


def _time(value: Any, name: str) -> datetime:
    """Read an RFC 3339 time into UTC; without a time zone it would be a guess."""
    if isinstance(value, str) and _RFC_3339.fullmatch(value):
        try:
            return in_utc(datetime.fromisoformat(value.upper()))
        except ValueError as error:
            raise InvalidEvent(f"{name} is no real moment: {error}") from error
    raise InvalidEvent(f"{name} must be an RFC 3339 time like 2024-05-01T09:30:00Z")
