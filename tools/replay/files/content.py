"""What a file holds, told by its first bytes and not by its name: gzip or plain, Avro or lines."""

import codecs
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple, cast

from tools.replay.files.found import Damaged
from tools.replay.files.raw import Raw, StoredFile

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

GZIP_MAGIC: Final = b"\x1f\x8b"
AVRO_MAGIC: Final = b"Obj\x01"
BUFFER_BYTES: Final = 4 * 1024 * 1024
"""How much is asked for at once: a request to a bucket costs some 50 ms however much it brings."""

_UNPACKED_BYTES: Final = 256 * 1024
_GZIP_ONLY: Final = 16 + zlib.MAX_WBITS


class Content(NamedTuple):
    """An open file."""

    raw: Raw
    stream: BinaryIO
    """Unpacked."""
    is_avro: bool


@contextmanager
def opened(file: StoredFile) -> Iterator[Content]:
    """Open a file and tell what it holds.

    Raises:
        Damaged: it is packed, and its beginning cannot be unpacked.
        ChurnError: it cannot be read.
    """
    with file.open() as raw:
        stored = io.BufferedReader(raw, BUFFER_BYTES)
        stream = _unpacked(stored)
        is_avro = stream.peek(len(AVRO_MAGIC)).startswith(AVRO_MAGIC)
        if stream.peek(len(codecs.BOM_UTF8)).startswith(codecs.BOM_UTF8):
            stream.read(len(codecs.BOM_UTF8))
        yield Content(raw, cast("BinaryIO", stream), is_avro)


def _unpacked(stored: "io.BufferedReader[Raw]") -> "io.BufferedReader[Any]":
    if stored.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC):
        return io.BufferedReader(_Gunzip(stored), _UNPACKED_BYTES)
    return stored


class _Gunzip(io.RawIOBase):
    """Unpacks, and gives everything that was before the damage; Python's own module does not."""

    def __init__(self, stored: "io.BufferedReader[Raw]") -> None:
        self._stored = stored
        self._member = zlib.decompressobj(_GZIP_ONLY)
        self._packed = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Unpack as much as the buffer takes; several packed members follow one another.

        Raises:
            Damaged: the file is cut short or broken here.
        """
        target = memoryview(buffer).cast("B")
        try:
            content = self._next(len(target))
        except zlib.error:
            raise Damaged("is damaged: what follows cannot be unpacked") from None
        target[: len(content)] = content
        return len(content)

    def _next(self, limit: int) -> bytes:
        content = b""
        while not content:
            if self._member.eof:
                self._packed = self._member.unused_data
                if not self._more():
                    return b""
                self._member = zlib.decompressobj(_GZIP_ONLY)
            more = self._more()
            content = self._member.decompress(self._packed, limit)
            self._packed = self._member.unconsumed_tail
            if not (more or content):
                raise Damaged("is cut short: what follows is missing")
        return content

    def _more(self) -> bool:
        self._packed = self._packed or self._stored.read1(_UNPACKED_BYTES)
        return bool(self._packed)
