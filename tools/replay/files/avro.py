"""The records of an Avro file become messages."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

import fastavro
from fastavro.schema import SchemaParseException, UnknownType

from tools.crm.json_text import BadLine
from tools.replay.files.avro_blocks import UNREADABLE, AvroBlocks, Block, Lost
from tools.replay.files.avro_forms import Form, form_of
from tools.replay.files.found import Damaged, Found, Problem


def read_avro(stream: BinaryIO, now: datetime, *, skip: int) -> Iterator[Found]:
    """Read record by record; a damaged block is passed over.

    Args:
        stream: at the file's beginning.
        now: the time of what carries none.
        skip: how many records are passed over; whole blocks of them are not unpacked.

    Raises:
        Damaged: the file has no whole header, or its records are no events.
    """
    blocks = AvroBlocks(stream)
    records = _Records(blocks, now)
    before = 0
    for block in blocks:
        count = 1 if isinstance(block, Lost) else block.records
        if before + count > skip:
            yield from (found for found in records.of(block, before) if found[0] > skip)
        before += count


class _Records:
    """Takes the blocks of one file apart."""

    def __init__(self, blocks: AvroBlocks, now: datetime) -> None:
        self._blocks = blocks
        self._now = now
        self._form, self._schema = _understood(blocks.schema)

    def of(self, block: Block | Lost, before: int) -> Iterator[Found]:
        """Give the records of a block; one problem for all of them that cannot be read.

        Args:
            block: the block.
            before: how many records come before it.
        """
        if isinstance(block, Lost):
            yield before + 1, Problem(f"record {before + 1}: {block.reason}", b"")
            return
        number = before
        try:
            content = io.BytesIO(self._blocks.unpacked(block))
            for number in range(before + 1, before + block.records + 1):
                record = fastavro.schemaless_reader(content, self._schema, None)
                yield number, self._message(record, number)
        except (Damaged, *UNREADABLE) as error:
            reason = error if isinstance(error, Damaged) else "cannot be read as the schema says"
            first, last = max(number, before + 1), before + block.records
            yield last, Problem(f"records {first} to {last}: {reason}", b"")

    def _message(self, record: Any, number: int) -> Any:
        try:
            return self._form(record, self._now)
        except BadLine as error:
            return Problem(f"record {number}: {error}", _content(record))


def _understood(schema: Any) -> tuple[Form, Any]:
    try:
        return form_of(schema), fastavro.parse_schema(schema)
    except (SchemaParseException, UnknownType, *UNREADABLE):
        raise Damaged("has a schema in its header that is no Avro schema") from None


def _content(record: Any) -> bytes:
    data = record.get("data")
    return data if isinstance(data, bytes) else b""
