"""JSON Lines become messages.

A line has one of three forms:

- event data, ``{"id_client": …}``: it is sent in CloudEvents binary mode. The event's id is made
  from the content, so that a file that is sent twice carries the same events;
- ``{"attributes": {…}, "data": …}``: it is sent exactly so, whatever is wrong with it;
- a structured CloudEvent: it is sent in binary mode.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from consumer.message import OutgoingMessage
from schemas.events import CONTENT_TYPE_ATTRIBUTE, DATA_CONTENT_TYPE, binary_attributes
from tools.errors import BadInput

SOURCE = "crm/cli"
"""The CloudEvents source of event data that stands alone."""

_ID_DIGITS = 32
_AS_WRITTEN = {"attributes", "data"}
_NO_EXTENSIONS = {"data", "data_base64", "datacontenttype"}


class _BadLine(Exception):
    """What is wrong with a line; whoever knows its number says where it stands."""


def read_events(
    lines: Iterable[bytes], name: str, *, now: Callable[[], datetime]
) -> Iterator[OutgoingMessage]:
    """Read line by line; empty lines are skipped.

    Args:
        lines: of a file in UTF-8.
        name: what the file is called in errors.
        now: the time of event data that stands alone.

    Raises:
        BadInput: a line is no event; the text names file and line, and never repeats a value.
    """
    for number, line in enumerate(lines, 1):
        if content := line.strip():
            try:
                yield _message(content, now())
            except _BadLine as error:
                raise BadInput(f"{name}, line {number}: {error}") from None
            except RecursionError:
                raise BadInput(f"{name}, line {number}: is nested too deep") from None


def _message(line: bytes, now: datetime) -> OutgoingMessage:
    document = _parse(line)
    if "attributes" in document and document.keys() <= _AS_WRITTEN:
        return _as_written(document)
    if "specversion" in document:
        return _from_structured(document)
    return _from_data(line, document, now)


def _parse(line: bytes) -> dict[str, Any]:
    try:
        document = json.loads(line.decode(), parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise _BadLine(f"is not JSON: {error.msg} at column {error.colno}") from None
    except UnicodeDecodeError:
        raise _BadLine("is not UTF-8") from None
    except ValueError:
        raise _BadLine("holds a number of thousands of digits") from None
    if not isinstance(document, dict):
        raise _BadLine('must be a JSON object such as {"id_client": 1001, "balance": 250.0}')
    return document


def _refuse(constant: str) -> Any:
    raise _BadLine(f"is not JSON: {constant}")


def _as_written(document: Mapping[str, Any]) -> OutgoingMessage:
    attributes = document["attributes"]
    if not isinstance(attributes, dict):
        raise _BadLine("attributes must be an object")
    for name, value in attributes.items():
        if not isinstance(value, str):
            raise _BadLine(f"attribute {name} must be a string")
    return OutgoingMessage(_data(document), attributes)


def _from_structured(document: Mapping[str, Any]) -> OutgoingMessage:
    content_type = document.get("datacontenttype", DATA_CONTENT_TYPE)
    attributes = {
        f"ce-{name}": _as_text(name, value)
        for name, value in document.items()
        if name not in _NO_EXTENSIONS and value is not None
    }
    attributes[CONTENT_TYPE_ATTRIBUTE] = _as_text("datacontenttype", content_type)
    return OutgoingMessage(_data(document), attributes)


def _from_data(line: bytes, document: Mapping[str, Any], now: datetime) -> OutgoingMessage:
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    event_id = hashlib.sha256(canonical).hexdigest()[:_ID_DIGITS]
    return OutgoingMessage(line, binary_attributes(SOURCE, event_id, now))


def _data(document: Mapping[str, Any]) -> bytes:
    if "data_base64" in document:
        try:
            return base64.b64decode(document["data_base64"], validate=True)
        except (TypeError, ValueError, binascii.Error):
            raise _BadLine("data_base64 is not base64") from None
    return json.dumps(document["data"]).encode() if "data" in document else b""


def _as_text(name: str, value: Any) -> str:
    """Write an attribute's value ("CloudEvents specification 1.0", type system)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value)
    raise _BadLine(f"{name} must be a string, a whole number or a boolean")
