"""Snappy is unpacked as its description says."""

from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.replay.files.snappy import unpack

LIMIT = 1_000_000


class Literal(NamedTuple):
    """Bytes as they are; ``width`` bytes tell the length, none where it fits the tag."""

    content: bytes
    width: int


class Copy(NamedTuple):
    """So many bytes from so far back; ``width`` bytes tell how far, one of the kinds 1 to 3."""

    back: int
    length: int
    kind: int


def packed(elements: Sequence[Literal | Copy]) -> tuple[bytes, bytes]:
    """Pack byte by byte, and say what it stands for."""
    content = bytearray()
    body = bytearray()
    for element in elements:
        if isinstance(element, Literal):
            body += written_literal(element)
            content += element.content
        elif content:
            back = 1 + element.back % len(content)
            body += written_copy(Copy(back, element.length, element.kind))
            for _ in range(element.length):
                content.append(content[-back])
    return length_of(len(content)) + bytes(body), bytes(content)


def written_literal(literal: Literal) -> bytes:
    last = len(literal.content) - 1
    if literal.width == 0 and last < 60:
        return bytes([last << 2]) + literal.content
    width = max(literal.width, 1)
    return bytes([(59 + width) << 2]) + last.to_bytes(width, "little") + literal.content


def written_copy(copy: Copy) -> bytes:
    if copy.kind == 1 and 4 <= copy.length <= 11 and copy.back < 2048:
        return bytes([copy.back >> 8 << 5 | (copy.length - 4) << 2 | 1, copy.back & 0xFF])
    width, kind = (4, 3) if copy.kind == 3 else (2, 2)
    return bytes([(copy.length - 1) << 2 | kind]) + copy.back.to_bytes(width, "little")


def length_of(length: int) -> bytes:
    content = bytearray()
    while length >= 0x80:
        content.append(length & 0x7F | 0x80)
        length >>= 7
    return bytes([*content, length])


LITERALS = st.builds(Literal, st.binary(min_size=1, max_size=200), st.integers(0, 4))
COPIES = st.builds(Copy, st.integers(0, 3_000), st.integers(1, 64), st.integers(1, 3))


@given(st.lists(LITERALS | COPIES, max_size=12))
def test_what_is_packed_comes_back(elements: list[Literal | Copy]) -> None:
    stream, content = packed(elements)
    assert unpack(stream, LIMIT) == content


def test_a_known_stream_is_unpacked() -> None:
    assert unpack(b"\x0c\x08abc\x15\x03", LIMIT) == b"abcabcabcabc"


@given(st.binary(max_size=40))
def test_any_bytes_are_unpacked_or_refused(stream: bytes) -> None:
    try:
        content = unpack(stream, 100)
    except ValueError:
        return
    assert len(content) <= 100


@pytest.mark.parametrize(
    ("stream", "problem"),
    [
        (b"", "is cut short"),
        (b"\xff" * 9, "has no length"),
        (b"\x65", "is too large"),
        (b"\x03\x04ab", "another length"),
        (b"\x04\x00a\x01\x02", "refers to what is not there"),
        (b"\x04\x00a\x01\x00", "refers to what is not there"),
        (b"\x04\x00a\x01", "is cut short"),
        (b"\x04\x0cabc", "is cut short"),
    ],
)
def test_a_damaged_stream_is_refused(stream: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        unpack(stream, 100)
