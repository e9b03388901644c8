"""Avro's JSON encoding, checked strictly ("JSON Encoding", Avro specification 1.11).

Every field of a record is there, defaults or not; a union is null or ``{"type name": value}``;
bytes are text of the characters U+0000 to U+00FF.
"""

import json
from typing import Any

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
from tools.emulator.schemas.json_primitives import FITS, WORDS, is_bytes, is_string
from tools.emulator.schemas.misfit import Misfit


def check_json(data: bytes, schema: AvroType) -> None:
    """Check that ``data`` is one JSON document that fits ``schema``.

    Raises:
        Misfit: it is not.
    """
    try:
        JsonCheck().check(_document(data), schema, "")
    except RecursionError:
        raise Misfit("", "the data is nested more deeply than the emulator follows") from None


class JsonCheck:
    """Compares a value that was read from JSON with a type."""

    def check(self, value: Any, schema: AvroType, path: str) -> None:
        """Check one value; ``path`` is where it is, as ``.field.field[]``.

        Raises:
            Misfit: it does not fit.
        """
        match schema:
            case Primitive(name):
                _expect(FITS[name](value), path, f"expected {WORDS[name]}")
            case Enum():
                expected = f"expected a symbol of the enum {schema.name}"
                _expect(isinstance(value, str) and value in schema.symbols, path, expected)
            case Fixed():
                expected = f"expected {schema.size} bytes as text of U+0000 to U+00FF"
                _expect(is_bytes(value) and len(value) == schema.size, path, expected)
            case Union():
                self.check_union(value, schema, path)
            case _:
                self._check_container(value, schema, path)

    def check_union(self, value: Any, union: Union, path: str) -> None:
        """Check null, or an object whose one name is that of a branch."""
        branches = {branch.name: branch for branch in union.branches}
        if value is None:
            _expect("null" in branches, path, "null is none of the union's types")
            return
        names = ", ".join(branches)
        expected = f'expected a union: null as it is, others as {{"TYPE": value}}, of {names}'
        _expect(isinstance(value, dict) and len(value) == 1, path, expected)
        ((name, inner),) = value.items()
        _expect(name != "null" and name in branches, path, expected)
        self.check(inner, branches[name], path)

    def check_record(self, value: dict[str, Any], record: Record, path: str) -> None:
        """Check that an object has exactly the fields of a record."""
        for field in record.fields:
            here = f"{path}.{field.name}"
            _expect(field.name in value, here, "missing: a record has all its fields")
            self.check(value[field.name], field.type, here)
        expected = f"the record {record.name} has a field that the schema does not name"
        _expect(len(value) == len(record.fields), path, expected)

    def _check_container(self, value: Any, schema: Array | Map | Record, path: str) -> None:
        if isinstance(schema, Array):
            _expect(isinstance(value, list), path, "expected an array")
            for item in value:
                self.check(item, schema.items, f"{path}[]")
            return
        _expect(isinstance(value, dict), path, f"expected an object for the {schema.name}")
        if isinstance(schema, Record):
            self.check_record(value, schema, path)
            return
        for key, item in value.items():
            _expect(is_string(key), path, "expected keys of valid Unicode")
            self.check(item, schema.values, f"{path}{{}}")


def _document(data: bytes) -> Any:
    try:
        return json.loads(
            data.decode(), object_pairs_hook=_without_repeats, parse_constant=_no_number
        )
    except ValueError:  # its text and its cause quote the data
        raise Misfit("", "the data is not one JSON document in UTF-8") from None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    _expect(len(found) == len(pairs), "", "an object of the data has a name twice")
    return found


def _no_number(_constant: str) -> Any:
    raise Misfit("", "NaN and Infinity are no JSON")


def _expect(holds: bool, path: str, expected: str) -> None:
    if not holds:
        raise Misfit(path, expected)
