"""Unpacks Snappy ("Snappy compressed format description"), which no module of Python's does.

Dataflow and other writers on the JVM pack Avro so unless they are told otherwise.
"""

import zlib
from typing import Final

_CHECKSUM_BYTES: Final = 4
_LENGTH_BYTES: Final = 5
_LONG_LITERAL: Final = 60
"""From here on the length of a literal stands in the next one to four bytes."""


def unpack_avro(packed: bytes, limit: int) -> bytes:
    """Unpack a block of an Avro file, which ends in a checksum ("Apache Avro specification").

    Args:
        packed: the block.
        limit: what says that it is larger is refused unread.

    Raises:
        ValueError: the block is damaged, or too large.
    """
    body, checksum = packed[:-_CHECKSUM_BYTES], packed[-_CHECKSUM_BYTES:]
    content = unpack(body, limit)
    if zlib.crc32(content).to_bytes(_CHECKSUM_BYTES, "big") != checksum:
        raise ValueError("the checksum is another one")
    return content


def unpack(packed: bytes, limit: int) -> bytes:
    """Unpack a stream without a frame.

    Raises:
        ValueError: it is damaged, or longer than the limit.
    """
    try:
        length, at = _length(packed)
        if length > limit:
            raise ValueError("is too large")
        content = bytearray()
        while at < len(packed) and len(content) <= length:
            at = _element(packed, at, content)
    except IndexError:
        raise ValueError("is cut short") from None
    if len(content) != length:
        raise ValueError("has another length than it says")
    return bytes(content)


def _length(packed: bytes) -> tuple[int, int]:
    """Read the length of the content, seven bits a byte; and where the first element is."""
    value = 0
    for at in range(_LENGTH_BYTES):
        value |= (packed[at] & 0x7F) << (7 * at)
        if not packed[at] & 0x80:
            return value, at + 1
    raise ValueError("has no length")


def _element(packed: bytes, at: int, content: bytearray) -> int:
    """Add what an element stands for; its kind is in its two lowest bits.

    Returns:
        Where the next element is.
    """
    tag = packed[at]
    size, kind = tag >> 2, tag & 0b11
    if kind == 0:
        return _literal(packed, at, content)
    if kind == 1:
        _copy(content, (tag >> 5) << 8 | packed[at + 1], 4 + (size & 0b111))
        return at + 2
    width = 2 if kind == 2 else 4  # noqa: PLR2004 - the format's own numbers
    _copy(content, int.from_bytes(packed[at + 1 : at + 1 + width], "little"), 1 + size)
    return at + 1 + width


def _literal(packed: bytes, at: int, content: bytearray) -> int:
    size, start = packed[at] >> 2, at + 1
    if size >= _LONG_LITERAL:
        width = size - _LONG_LITERAL + 1
        size = int.from_bytes(packed[start : start + width], "little")
        start += width
    end = start + size + 1
    if end > len(packed):
        raise ValueError("is cut short")
    content += packed[start:end]
    return end


def _copy(content: bytearray, offset: int, length: int) -> None:
    """Repeat what was unpacked before; where the piece reaches into itself it goes round."""
    start = len(content) - offset
    if offset == 0 or start < 0:
        raise ValueError("refers to what is not there")
    piece = content[start : start + length]
    content += (piece * (length // len(piece) + 1))[:length]
