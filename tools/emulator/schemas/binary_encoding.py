"""Avro's binary encoding, checked strictly ("Binary Encoding", Avro specification 1.11).

One datum without a header, and no byte after it.
"""

from tools.emulator.schemas.avro_types import (
    Array,
    AvroType,
    Enum,
    Fixed,
    Map,
    Primitive,
    Record,
    Union,
)
from tools.emulator.schemas.binary_primitives import check_primitive
from tools.emulator.schemas.bytes_reader import BytesReader
from tools.emulator.schemas.misfit import Misfit

_KEY = Primitive("string")


def check_binary(data: bytes, schema: AvroType) -> None:
    """Check that ``data`` is one datum of ``schema``.

    Raises:
        Misfit: it is not.
    """
    reader = BytesReader(data)
    try:
        _check(reader, schema, "")
    except RecursionError:
        raise Misfit("", "the data is nested more deeply than the emulator follows") from None
    if reader.left:
        raise Misfit("", f"{reader.left} bytes are left over after the end of {schema.name}")


def _check(reader: BytesReader, schema: AvroType, path: str) -> None:
    match schema:
        case Primitive(name):
            check_primitive(reader, name, path)
        case Record():
            for field in schema.fields:
                _check(reader, field.type, f"{path}.{field.name}")
        case Union():
            branch = _index(reader, len(schema.branches), "the index of a union's type", path)
            _check(reader, schema.branches[branch], path)
        case Enum():
            _index(reader, len(schema.symbols), f"the index of a symbol of {schema.name}", path)
        case Fixed():
            reader.take(schema.size, path)
        case _:
            _check_blocks(reader, schema, path)


def _check_blocks(reader: BytesReader, schema: Array | Map, path: str) -> None:
    parts, items = _parts(schema, path)
    while count := reader.long(path):
        size = reader.long(path) if count < 0 else None
        start = reader.left
        _check_items(reader, abs(count), parts, items)
        if size is not None and size != start - reader.left:
            raise Misfit(path, "expected a block of as many bytes as it says")


def _parts(schema: Array | Map, path: str) -> tuple[tuple[AvroType, ...], str]:
    """Give what an item is made of, and where it is."""
    if isinstance(schema, Array):
        return (schema.items,), f"{path}[]"
    return (_KEY, schema.values), f"{path}{{}}"


def _check_items(reader: BytesReader, count: int, parts: tuple[AvroType, ...], path: str) -> None:
    for _ in range(count):
        before = reader.left
        for part in parts:
            _check(reader, part, path)
        if reader.left == before:  # nulls and the like, of which any number takes no bytes
            return


def _index(reader: BytesReader, length: int, what: str, path: str) -> int:
    index = reader.long(path)
    if not 0 <= index < length:
        raise Misfit(path, f"expected {what}, below {length}")
    return index
