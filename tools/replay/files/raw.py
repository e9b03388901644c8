"""The bytes of a file as they are stored, and how far they are read."""

import io
from abc import abstractmethod
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Raw(io.RawIOBase):
    """Counts what is read; whoever stores the bytes says how to fill a buffer with the next."""

    position = 0
    """Bytes read so far."""

    @abstractmethod
    def fill(self, buffer: memoryview) -> int:
        """Put the next bytes into the buffer, and say how many; none at the end.

        Raises:
            ChurnError: they cannot be read.
        """

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Read at most as much as the buffer takes."""
        count = self.fill(memoryview(buffer).cast("B"))
        self.position += count
        return count


class StoredFile(Protocol):
    """A file, wherever it lies, as it was when it was looked for."""

    @property
    def name(self) -> str:
        """How somebody would write it on the command line."""
        ...

    @property
    def size(self) -> int:
        """In bytes, as stored."""
        ...

    @property
    def version(self) -> str:
        """Another one as soon as the content is another one."""
        ...

    def open(self) -> Raw:
        """Begin to read.

        Raises:
            ChurnError: it is gone, was replaced, or cannot be read.
        """
        ...
