"""One line of a file of events becomes a message.

A line has one of three forms:

- event data, ``{"id_client": …}``: it is sent in CloudEvents binary mode. The event's id is made
  from the content, so that a file that is sent twice carries the same events;
- ``{"attributes": {…}, "data": …}``: it is sent exactly so, whatever is wrong with it. The data may
  be ``data_base64``; ``message_id``, ``publish_time``, ``ordering_key``, and of an exported dead
  letter ``facts``, may stand beside it;
- a structured CloudEvent: it is sent in binary mode.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter, ValidationError

from consumer.message import Message
from schemas.events import CONTENT_TYPE_ATTRIBUTE, DATA_CONTENT_TYPE, binary_attributes
from schemas.moments import Moment
from tools.crm.json_text import BadLine, parse, written

NO_FACTS: Final[Mapping[str, str]] = MappingProxyType({})

SOURCE = "crm/cli"
"""The CloudEvents source of event data that stands alone."""

_AS_WRITTEN: Final = frozenset(
    {"attributes", "data", "data_base64", "message_id", "publish_time", "ordering_key", "facts"}
)
_NO_EXTENSIONS: Final = frozenset({"data", "data_base64", "datacontenttype"})
_ID_DIGITS: Final = 32
_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_MOMENT: Final[TypeAdapter[datetime]] = TypeAdapter(Moment)


class Line(NamedTuple):
    """What a line holds."""

    message: Message
    """One that carries no id has one made from the line's content."""
    facts: Mapping[str, str] = NO_FACTS
    """What is known of a dead letter: ``error``, ``reason``, ``stage``; else nothing."""


def read_line(line: bytes, now: datetime) -> Line:
    """Read a line in any of its forms.

    Args:
        line: without white space around it.
        now: when event data that stands alone happened, and when a message was published that
            does not say it.

    Raises:
        BadLine: it is no event; the text never repeats a value.
    """
    document = parse(line)
    if not isinstance(document, dict):
        raise BadLine('must be a JSON object such as {"id_client": 1001, "balance": 250.0}')
    try:
        if "attributes" in document and document.keys() <= _AS_WRITTEN:
            return Line(_as_written(line, document, now), _facts(document))
        if "specversion" in document:
            return Line(Message(digest(line), _data(document), _context(document), now))
        return Line(_from_data(line, document, now))
    except RecursionError:
        raise BadLine("is nested too deep") from None


def digest(content: bytes) -> str:
    """Make an id from content, for what carries none."""
    return hashlib.sha256(content, usedforsecurity=False).hexdigest()[:_ID_DIGITS]


def _as_written(line: bytes, document: Mapping[str, Any], now: datetime) -> Message:
    return Message(
        message_id=_text(document, "message_id") or digest(line),
        data=_data(document),
        attributes=_attributes(document["attributes"]),
        publish_time=_publish_time(document["publish_time"]) if "publish_time" in document else now,
        ordering_key=_text(document, "ordering_key"),
    )


def _from_data(line: bytes, document: Mapping[str, Any], now: datetime) -> Message:
    event_id = digest(_CANONICAL.encode(document).encode())
    return Message(event_id, line, binary_attributes(SOURCE, event_id, now), now)


def _attributes(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise BadLine("attributes must be an object")
    try:
        text = "".join((*value, *value.values()))
    except TypeError:
        wrong = next(name for name, text in value.items() if not isinstance(text, str))
        raise BadLine(f"attribute {wrong} must be a string") from None
    _require_unicode(text, "an attribute")
    return value


def _facts(document: Mapping[str, Any]) -> Mapping[str, str]:
    facts = document.get("facts", NO_FACTS)
    if not isinstance(facts, Mapping) or not all(isinstance(each, str) for each in facts.values()):
        raise BadLine("facts must be an object of strings")
    return facts


def _context(document: Mapping[str, Any]) -> dict[str, str]:
    """Write a structured event's attributes as those of binary mode; null counts as absent."""
    content_type = document.get("datacontenttype", DATA_CONTENT_TYPE)
    context = {
        f"ce-{name}": _as_text(name, value)
        for name, value in document.items()
        if name not in _NO_EXTENSIONS and value is not None
    }
    context[CONTENT_TYPE_ATTRIBUTE] = _as_text("datacontenttype", content_type)
    return _attributes(context)


def _data(document: Mapping[str, Any]) -> bytes:
    if "data_base64" in document:
        try:
            return base64.b64decode(document["data_base64"], validate=True)
        except (TypeError, ValueError, binascii.Error):
            raise BadLine("data_base64 is not base64") from None
    return written(document["data"]) if "data" in document else b""


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name, "")
    if not isinstance(value, str):
        raise BadLine(f"{name} must be a string")
    _require_unicode(value, name)
    return value


def _require_unicode(text: str, what: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadLine(f"{what} holds half a surrogate pair") from None


def _publish_time(value: Any) -> datetime:
    try:
        return _MOMENT.validate_python(value)
    except ValidationError:
        raise BadLine("publish_time must be an RFC 3339 time like 2024-05-01T09:30:00Z") from None


def _as_text(name: str, value: Any) -> str:
    """Write an attribute's value ("CloudEvents specification 1.0", type system)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value)
    raise BadLine(f"{name} must be a string, a whole number or a boolean")
