"""Primitive types in bytes ("Binary Encoding", Avro specification 1.11)."""

from collections.abc import Callable, Mapping

from tools.emulator.schemas.bytes_reader import BytesReader
from tools.emulator.schemas.misfit import Misfit

_INT = range(-(2**31), 2**31)


def check_primitive(reader: BytesReader, name: str, path: str) -> None:
    """Take a value of a primitive type.

    Raises:
        Misfit: it is none.
    """
    _TAKE[name](reader, path)


def _take_boolean(reader: BytesReader, path: str) -> None:
    if reader.take(1, path) not in {b"\0", b"\1"}:
        raise Misfit(path, "expected a boolean: a byte that is 0 or 1")


def _take_int(reader: BytesReader, path: str) -> None:
    if reader.long(path) not in _INT:
        raise Misfit(path, "expected an int: a whole number of 32 bits")


def _take_string(reader: BytesReader, path: str) -> None:
    try:
        reader.counted(path).decode()
    except UnicodeDecodeError:  # it quotes the data
        raise Misfit(path, "expected a string in UTF-8") from None


_TAKE: Mapping[str, Callable[[BytesReader, str], object]] = {
    "null": lambda _reader, _path: None,
    "boolean": _take_boolean,
    "int": _take_int,
    "long": BytesReader.long,
    "float": lambda reader, path: reader.take(4, path),
    "double": lambda reader, path: reader.take(8, path),
    "bytes": BytesReader.counted,
    "string": _take_string,
}
