"""The blocks of an Avro file, one after another ("Apache Avro specification", files).

Blocks are taken apart here and not by fastavro, so that a damaged one is passed over up to the next
mark of the file, and one that is skipped is not unpacked.
"""

import bz2
import io
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final, NamedTuple, Protocol

import fastavro
import orjson

from tools.replay.files import snappy
from tools.replay.files.found import Damaged

MAX_BLOCK_BYTES: Final = 64 * 1024 * 1024
"""Packed or not; writers end a block after some kilobytes, or after one message of 10 MB."""

UNREADABLE: Final = (EOFError, ValueError, LookupError, TypeError, ArithmeticError, struct.error)
"""What fastavro raises for bytes that are no Avro: what its parts happen to raise."""

_MARK_BYTES: Final = 16
_MAX_HEADER_BYTES: Final = 4 * 1024 * 1024
_LONG_BYTES: Final = 10
"""The longest number of 64 bits takes so many bytes of seven bits each."""
_PASSED_BYTES: Final = 1024 * 1024

_HEADER: Final = fastavro.parse_schema(
    {
        "type": "record",
        "name": "Header",
        "fields": [
            {"name": "magic", "type": {"type": "fixed", "name": "Magic", "size": 4}},
            {"name": "meta", "type": {"type": "map", "values": "bytes"}},
            {"name": "mark", "type": {"type": "fixed", "name": "Mark", "size": _MARK_BYTES}},
        ],
    }
)


class Block(NamedTuple):
    """Some records, as they are stored."""

    records: int
    packed: bytes


class Lost(NamedTuple):
    """A block, or several, of which not even the number of records is known."""

    reason: str


class AvroBlocks:
    """Reads a file block by block; iterated over once."""

    def __init__(self, stream: BinaryIO) -> None:
        """Read the header.

        Args:
            stream: at the file's beginning.

        Raises:
            Damaged: there is no whole header, or its codec is unknown.
        """
        self._ahead = _Ahead(stream)
        header = self._header()
        self._mark: bytes = header["mark"]
        self._codec = header["meta"].get("avro.codec", b"null").decode(errors="replace")
        if self._codec not in _CODECS:
            raise Damaged(f"is packed as {self._codec[:40]!r}; write it as {', '.join(_CODECS)}")
        try:
            self.schema: Any = orjson.loads(header["meta"]["avro.schema"])
        except (KeyError, orjson.JSONDecodeError):
            raise Damaged("has no Avro schema in its header") from None

    def __iter__(self) -> Iterator[Block | Lost]:
        while start := self._ahead.read(1):
            self._ahead.give_back(start)
            yield self._next()

    def unpacked(self, block: Block) -> bytes:
        """Unpack a block.

        Raises:
            Damaged: it cannot be unpacked, or is larger than any writer makes one.
        """
        try:
            content = _CODECS[self._codec](block.packed, MAX_BLOCK_BYTES + 1)
        except (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError):
            raise Damaged("cannot be unpacked") from None
        if len(content) > MAX_BLOCK_BYTES:
            raise Damaged(f"is a block of more than {MAX_BLOCK_BYTES} bytes")
        return content

    def _header(self) -> Any:
        taken = self._ahead.read(_MAX_HEADER_BYTES)
        content = io.BytesIO(taken)
        try:
            header = fastavro.schemaless_reader(content, _HEADER, None)
        except UNREADABLE:
            raise Damaged("has no whole Avro header") from None
        self._ahead.give_back(taken[content.tell() :])
        return header

    def _next(self) -> Block | Lost:
        head = self._ahead.read(2 * _LONG_BYTES)
        count, after_count = _long(head, 0)
        size, after_size = _long(head, after_count)
        if count < 0 or not 0 <= size <= MAX_BLOCK_BYTES:
            return self._lost(head)
        self._ahead.give_back(head[after_size:])
        body = self._ahead.read(size + _MARK_BYTES)
        if len(body) == size + _MARK_BYTES and body.endswith(self._mark):
            return Block(count, body[:-_MARK_BYTES])
        return self._lost(body)

    def _lost(self, passed: bytes) -> Lost:
        """Go on behind the next mark, which ends a block."""
        while (at := passed.find(self._mark)) < 0:
            more = self._ahead.read(_PASSED_BYTES)
            if not more:
                return Lost("is cut short: what follows is missing")
            passed = passed[1 - _MARK_BYTES :] + more
        self._ahead.give_back(passed[at + _MARK_BYTES :])
        return Lost("is damaged: a block is passed over")


class _Ahead:
    """A stream that takes back the end of what was read of it last."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._kept = b""
        self._at = 0

    def read(self, count: int) -> bytes:
        start, end = self._at, self._at + count
        if end <= len(self._kept):
            self._at = end
            return self._kept[start:end]
        taken = self._kept[start:] + self._stream.read(end - len(self._kept))
        self._kept, self._at = b"", 0
        return taken

    def give_back(self, content: bytes) -> None:
        if len(content) <= self._at:
            self._at -= len(content)
        else:
            self._kept, self._at = content + self._kept[self._at :], 0


def _long(content: bytes, start: int) -> tuple[int, int]:
    """Read a number in zig-zag coding; -1 where there is none.

    Returns:
        The number, and where the next byte is.
    """
    value = 0
    for index, byte in enumerate(content[start : start + _LONG_BYTES]):
        value |= (byte & 0x7F) << (7 * index)
        if not byte & 0x80:
            return (value >> 1) ^ -(value & 1), start + index + 1
    return -1, start


class _Decompressor(Protocol):
    """What the three modules of Python have in common."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def _by(decompressor: Callable[[], _Decompressor]) -> Callable[[bytes, int], bytes]:
    return lambda packed, limit: decompressor().decompress(packed, limit)


_CODECS: Final[dict[str, Callable[[bytes, int], bytes]]] = {
    "null": lambda packed, _: packed,
    "deflate": _by(lambda: zlib.decompressobj(-zlib.MAX_WBITS)),
    "bzip2": _by(bz2.BZ2Decompressor),
    "xz": _by(lzma.LZMADecompressor),
    "snappy": snappy.unpack_avro,
}
