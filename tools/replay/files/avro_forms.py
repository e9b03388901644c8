"""What the records of an Avro file mean, told by the file's schema.

- Files of Pub/Sub's own Cloud Storage subscription with metadata: data, attributes, message id and
  publish time are those of the message. Its ordering key stands among the attributes as
  ``ordering_key`` ("AvroConfig", Pub/Sub API reference, write_metadata), and is taken out of them.
- The same without metadata, data alone: each record is what a line of text would be.
- This project's ``customer_update.avsc``: event data. Avro cannot tell a field that an event does
  not carry from one that is null, and writes null for both; here null means "not carried", because
  an event carries few fields of many.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import orjson

from consumer.message import Message
from tools.crm.json_text import BadLine
from tools.crm.line import digest, read_line
from tools.replay.files.found import Damaged

Record = Mapping[str, Any]
Form = Callable[[Record, datetime], Message]

ORDERING_KEY: Final = "ordering_key"

_NAMED: Final = frozenset({"enum", "fixed"})
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def form_of(schema: Any) -> Form:
    """Say how a record of this schema becomes a message; the time is for what carries none.

    The form raises BadLine for a record that is no event.

    Raises:
        Damaged: records of this schema are no events.
    """
    fields = _fields(schema)
    if fields.get("data") == "bytes" and "attributes" not in fields:
        return _data_alone
    if fields.get("data") == "bytes" and _is_map(fields["attributes"]):
        return _published
    if "id_client" in fields:
        return _update
    raise Damaged(
        "holds records that are no events; export messages with Pub/Sub's Cloud Storage "
        "subscription, or event data by schemas/exported/customer_update.avsc"
    )


def _fields(schema: Any) -> dict[str, Any]:
    """Give the fields' types by name; nothing where it is no record of plain values.

    Records within records, and arrays, may be endless in a few bytes.
    """
    if not isinstance(schema, dict) or schema.get("type") != "record":
        return {}
    fields = {field["name"]: field["type"] for field in schema["fields"]}
    own_names = {schema["name"], schema["name"].rpartition(".")[2]}
    return fields if all(_is_plain(kind, own_names) for kind in fields.values()) else {}


def _is_plain(kind: Any, own_names: set[str]) -> bool:
    if isinstance(kind, list):
        return all(_is_plain(branch, own_names) for branch in kind)
    if isinstance(kind, dict):
        return _is_map(kind) or kind["type"] in _NAMED or _is_plain(kind["type"], own_names)
    return kind not in {"record", "array", "map", "error", *own_names}


def _is_map(kind: Any) -> bool:
    return isinstance(kind, dict) and kind["type"] == "map" and kind["values"] == "string"


def _published(record: Record, now: datetime) -> Message:
    attributes: dict[str, str] = dict(record["attributes"])
    ordering_key = attributes.pop(ORDERING_KEY, "")
    data: bytes = record["data"]
    content = data + orjson.dumps(attributes, option=orjson.OPT_SORT_KEYS)
    return Message(
        message_id=record.get("message_id") or digest(content),
        data=data,
        attributes=attributes,
        publish_time=_moment(record["publish_time"]) if "publish_time" in record else now,
        ordering_key=ordering_key,
    )


def _data_alone(record: Record, now: datetime) -> Message:
    return read_line(record["data"].strip(), now).message


def _update(record: Record, now: datetime) -> Message:
    carried = {name: value for name, value in record.items() if value is not None}
    try:
        text = json.dumps(carried, default=_json, allow_nan=False, separators=(",", ":"))
    except ValueError:
        raise BadLine("holds NaN or infinity") from None
    return read_line(text.encode(), now).message


def _json(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise BadLine(f"holds a {type(value).__name__}, for which JSON has no form")


def _moment(value: Any) -> datetime:
    """Take a time of publishing, which some writers leave as a count of microseconds."""
    if isinstance(value, datetime):
        return value
    try:
        return _EPOCH + timedelta(microseconds=value)
    except (TypeError, OverflowError):
        raise BadLine("publish_time must be a timestamp in microseconds") from None
