"""Bytes, taken from the front in the units of Avro's binary encoding."""

from tools.emulator.schemas.misfit import Misfit

_CONTINUED = 0x80
"""From here on a byte says that another one of the same number follows."""

_LONGEST = 10
"""Bytes of the longest number."""


class BytesReader:
    """Data and how much of it was taken; ``path`` is the field it is taken for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    @property
    def left(self) -> int:
        """How many bytes were not taken."""
        return len(self._data) - self._position

    def take(self, count: int, path: str) -> bytes:
        """Take bytes.

        Raises:
            Misfit: there are not so many.
        """
        if not 0 <= count <= self.left:
            raise Misfit(path, "the data ends too early, or a length in it is wrong")
        self._position += count
        return self._data[self._position - count : self._position]

    def counted(self, path: str) -> bytes:
        """Take bytes that are preceded by their number.

        Raises:
            Misfit: there are not so many.
        """
        return self.take(self.long(path), path)

    def long(self, path: str) -> int:
        """Take a number of 64 bits, as variable-length zig-zag.

        Raises:
            Misfit: it is cut off, or longer.
        """
        number = 0
        for shift in range(0, _LONGEST * 7, 7):
            (byte,) = self.take(1, path)
            number |= (byte & 0x7F) << shift
            if byte < _CONTINUED:
                break
        else:
            number = 2**64
        if number >= 2**64:
            raise Misfit(path, "expected a whole number of 64 bits")
        return (number >> 1) ^ -(number & 1)
