"""Random Avro records with data for them, as fastavro takes both."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from hypothesis import strategies as st

_FLAT_KINDS = ["primitive", "union", "enum", "fixed"]
_KINDS = [*_FLAT_KINDS, "array", "map", "record"]
_NAMES = st.sampled_from(["null", "boolean", "int", "long", "float", "double", "bytes", "string"])


@dataclass(frozen=True, slots=True)
class Sample:
    """A schema and a datum of it."""

    schema: Any
    datum: Any


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Give a record, with a datum that fastavro can write in JSON: no infinity, no empty key."""
    schema = _record(draw, count(1), depth=2)
    return Sample(schema, draw(_data(schema)))


def definitions() -> st.SearchStrategy[Any]:
    """Give JSON that looks like a definition, and hardly ever is one."""
    return st.recursive(st.none() | st.integers() | st.text(max_size=4), _nodes)


def _nodes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    kinds = st.sampled_from(["record", "enum", "fixed", "array", "map", "int", "R"])
    keys = st.sampled_from(
        ["name", "namespace", "fields", "symbols", "size", "items", "values", "default"]
    )
    objects = st.builds(
        lambda kind, parts: {**parts, "type": kind}, kinds | inner, st.dictionaries(keys, inner)
    )
    return st.lists(inner, max_size=3) | objects


def _schema(draw: st.DrawFn, numbers: Iterator[int], depth: int) -> Any:
    kind = draw(st.sampled_from(_KINDS if depth else _FLAT_KINDS))
    match kind:
        case "enum":
            return {"type": "enum", "name": f"n.E{next(numbers)}", "symbols": ["A", "B", "C"]}
        case "fixed":
            size = draw(st.integers(1, 4))
            return {"type": "fixed", "name": f"n.F{next(numbers)}", "size": size}
        case "array":
            return {"type": "array", "items": _record(draw, numbers, depth - 1)}
        case "map":
            return {"type": "map", "values": _schema(draw, numbers, depth - 1)}
        case "record":
            return _record(draw, numbers, depth - 1)
    name = draw(_NAMES)
    return ["null", name] if kind == "union" and name != "null" else name


def _record(draw: st.DrawFn, numbers: Iterator[int], depth: int) -> Any:
    """Give a record of at least one byte: fastavro counts items without bytes one by one."""
    number, length = next(numbers), draw(st.integers(0, 3))
    types = ["long", *(_schema(draw, numbers, depth) for _ in range(length))]
    fields = [{"name": f"f{index}", "type": each} for index, each in enumerate(types)]
    return {"type": "record", "name": f"n.R{number}", "fields": fields}


def _data(schema: Any) -> st.SearchStrategy[Any]:
    if isinstance(schema, str):
        return _PRIMITIVES[schema]()
    if isinstance(schema, list):
        return st.one_of([_data(branch) for branch in schema])
    return _COMPLEX[schema["type"]](schema)


_PRIMITIVES: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
    "null": st.none,
    "boolean": st.booleans,
    "int": lambda: st.integers(-(2**31), 2**31 - 1),
    "long": lambda: st.integers(-(2**63), 2**63 - 1),
    "float": lambda: st.floats(width=32, allow_nan=False, allow_infinity=False),
    "double": lambda: st.floats(allow_nan=False, allow_infinity=False),
    "bytes": lambda: st.binary(max_size=4),
    "string": lambda: st.text(max_size=4),
}

_COMPLEX: dict[str, Callable[[Any], st.SearchStrategy[Any]]] = {
    "enum": lambda schema: st.sampled_from(schema["symbols"]),
    "fixed": lambda schema: st.binary(min_size=schema["size"], max_size=schema["size"]),
    "array": lambda schema: st.lists(_data(schema["items"]), max_size=3),
    "map": lambda schema: st.dictionaries(
        st.text(min_size=1, max_size=3), _data(schema["values"]), max_size=3
    ),
    "record": lambda schema: st.fixed_dictionaries(
        {field["name"]: _data(field["type"]) for field in schema["fields"]}
    ),
}
