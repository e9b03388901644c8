"""Files to replay, as somebody may have them."""

import gzip
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import fastavro

from tools.replay.files import open_files
from tools.replay.source import Entry, Rejected

STARTED: Final = datetime(2024, 6, 1, 8, tzinfo=UTC)

EXPORT_SCHEMA: Final = {
    "type": "record",
    "namespace": "com.google.pubsub",
    "name": "PubsubMessageWithMetadata",
    "fields": [
        {"name": "subscription_name", "type": "string"},
        {"name": "message_id", "type": "string"},
        {"name": "publish_time", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "attributes", "type": {"type": "map", "values": "string"}},
        {"name": "data", "type": "bytes"},
    ],
}
"""As Pub/Sub's Cloud Storage subscription writes it ("Cloud Storage subscriptions", Avro)."""

DATA_SCHEMA: Final[dict[str, Any]] = {
    "type": "record",
    "namespace": "com.google.pubsub",
    "name": "PubsubMessage",
    "fields": [{"name": "data", "type": "bytes"}],
}
"""The same without metadata."""


def read(*patterns: Path | str, after: str | None = None) -> list[Entry | Rejected]:
    """Everything that the patterns stand for."""
    with open_files([str(pattern) for pattern in patterns], now=STARTED) as source:
        return list(source.entries(after))


def entries(*patterns: Path | str) -> list[Entry]:
    """Everything, where nothing is rejected."""
    found = read(*patterns)
    taken = [entry for entry in found if isinstance(entry, Entry)]
    assert len(taken) == len(found), found
    return taken


def problems(*patterns: Path | str) -> list[str]:
    """What is wrong with what is rejected."""
    return [piece.problem for piece in read(*patterns) if isinstance(piece, Rejected)]


def ids(found: Sequence[Entry | Rejected]) -> list[int]:
    """The customers of the events, in the order in which they were read."""
    return [json.loads(e.message.data)["id_client"] for e in found if isinstance(e, Entry)]


def line(customer: int, **more: Any) -> bytes:
    """A message as one line."""
    document = {"attributes": {"ce-id": f"e-{customer}"}, "data": {"id_client": customer}, **more}
    return json.dumps(document).encode() + b"\n"


def lines(*customers: int) -> bytes:
    """Messages, one a line."""
    return b"".join(map(line, customers))


def exported(customer: int, **more: Any) -> dict[str, Any]:
    """A record of Pub/Sub's export with metadata."""
    return {
        "subscription_name": "projects/p/subscriptions/archive",
        "message_id": str(customer),
        "publish_time": datetime(2024, 5, 1, 9, 30, 0, 250_000, tzinfo=UTC),
        "attributes": {"ce-id": f"e-{customer}"},
        "data": b'{"id_client": %d}' % customer,
    } | more


def avro(
    records: Sequence[dict[str, Any]],
    schema: Any = EXPORT_SCHEMA,
    *,
    codec: str = "null",
    block_bytes: int = 1,
) -> bytes:
    """An Avro file; a block ends with the record that makes it as long as told."""
    content = io.BytesIO()
    fastavro.writer(
        content, schema, records, codec, sync_interval=block_bytes, sync_marker=b"-sixteen bytes-."
    )
    return content.getvalue()


def packed(content: bytes) -> bytes:
    """The same, by gzip."""
    return gzip.compress(content, mtime=0)
