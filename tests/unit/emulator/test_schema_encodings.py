"""Data against a type, in both encodings: what Avro's specification says, to the letter."""

import json
from typing import Any

import pytest

from tools.emulator.errors import InvalidArgument
from tools.emulator.schemas.definition import read_definition
from tools.emulator.schemas.encoding import Encoding, check_message

ENUM = {"type": "enum", "name": "E", "symbols": ["A", "B"]}
FIXED = {"type": "fixed", "name": "F", "size": 2}
INTS = {"type": "array", "items": "int"}
MAP = {"type": "map", "values": "int"}
NULLABLE = ["null", "string", ENUM]
DATE = {"type": "int", "logicalType": "date"}
LINKED = {
    "type": "record",
    "name": "Node",
    "fields": [{"name": "next", "type": ["null", "Node"]}],
}


def record(schema: Any) -> Any:
    fields = [{"name": "f", "type": schema}]
    return {"type": "record", "name": "R", "namespace": "n", "fields": fields}


def check(schema: Any, data: bytes, encoding: Encoding) -> None:
    check_message(data, read_definition(json.dumps(schema)), encoding)


def misfit(schema: Any, data: bytes, encoding: Encoding) -> str:
    """Give the reason for a refusal."""
    with pytest.raises(InvalidArgument, match="the message does not fit its schema: ") as refused:
        check(schema, data, encoding)
    return str(refused.value).partition("schema: ")[2]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ("null", "null"),
        ("boolean", "true"),
        ("int", "-2147483648"),
        ("long", "9223372036854775807"),
        ("float", "1.5"),
        ("float", "3"),
        ("double", "1e300"),
        ("double", "-0"),
        ("string", '"é\\u0000\\ud83d\\ude00"'),
        ("bytes", '"\\u00ff\\u0000"'),
        ("bytes", '""'),
        (FIXED, '"\\u00ffa"'),
        (ENUM, '"B"'),
        (INTS, "[]"),
        (INTS, "[1, 2]"),
        (MAP, '{"k": 1, "": 2}'),
        (NULLABLE, "null"),
        (NULLABLE, '{"string": "x"}'),
        (NULLABLE, '{"n.E": "A"}'),
        (["null", INTS, MAP], '{"array": [1]}'),
        (["null", INTS, MAP], '{"map": {"k": 1}}'),
        (DATE, "2147483647"),
        (["null", DATE], '{"int": 1}'),
        ({"type": "string", "logicalType": "uuid"}, '"any text"'),
    ],
)
def test_json_that_fits(schema: Any, value: str) -> None:
    check(record(schema), f' {{"f": {value}}}\n'.encode(), Encoding.JSON)


@pytest.mark.parametrize(
    ("schema", "value", "reason"),
    [
        ("null", "0", "expected null"),
        ("boolean", "1", "expected a boolean"),
        ("int", "1.0", "expected an int"),
        ("int", "true", "expected an int"),
        ("int", '"1"', "expected an int"),
        ("int", "2147483648", "expected an int"),
        ("long", "-9223372036854775809", "expected a long"),
        ("float", "1e300", "expected a float"),
        ("double", "true", "expected a double"),
        ("double", "1e999", "expected a double"),
        ("double", "1" + "0" * 400, "expected a double"),
        ("string", "5", "expected a string"),
        ("string", '"\\ud800"', "expected a string"),
        ("bytes", '"\\u0100"', "expected bytes"),
        ("bytes", "[1]", "expected bytes"),
        (FIXED, '"a"', "expected 2 bytes"),
        (ENUM, '"C"', "expected a symbol of the enum n.E"),
        (ENUM, "0", "expected a symbol of the enum n.E"),
        (INTS, '{"0": 1}', "expected an array"),
        (MAP, "[]", "expected an object for the map"),
        (MAP, '{"\\ud800": 1}', "expected keys of valid Unicode"),
        (NULLABLE, '"x"', "expected a union"),
        (NULLABLE, '{"E": "A"}', "expected a union"),
        (NULLABLE, '{"null": null}', "expected a union"),
        (NULLABLE, '{"string": "x", "n.E": "A"}', "expected a union"),
        (NULLABLE, "{}", "expected a union"),
        (["int", "string"], "null", "null is none of the union's types"),
        (DATE, '"2020-01-01"', "expected an int"),
        (["null", DATE], '{"date": 1}', "expected a union"),
    ],
)
def test_json_that_does_not_fit(schema: Any, value: str, reason: str) -> None:
    assert misfit(record(schema), f'{{"f": {value}}}'.encode(), Encoding.JSON).startswith(
        f"field f: {reason}"
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the data is not one JSON document"),
        (b"{", "the data is not one JSON document"),
        (b'{"f": 1} x', "the data is not one JSON document"),
        (b'{"f": 1}\n{"f": 2}', "the data is not one JSON document"),
        (b'\xef\xbb\xbf{"f": 1}', "the data is not one JSON document"),
        (b'{"f": "\xff"}', "the data is not one JSON document"),
        (b'{"f": ' + b"1" * 5_000 + b"}", "the data is not one JSON document"),
        (b'{"f": NaN}', "NaN and Infinity are no JSON"),
        (b'{"f": 1, "f": 1}', "an object of the data has a name twice"),
        (b"[1]", "expected an object for the n.R"),
        (b"{}", "field f: missing"),
        (b'{"f": 1, "g": 2}', "the record n.R has a field that the schema does not name"),
        (b"[" * 1_000_000, "the data is nested more deeply"),
    ],
)
def test_a_document_that_is_not_the_record(data: bytes, reason: str) -> None:
    assert misfit(record("int"), data, Encoding.JSON).startswith(reason)


def test_in_json_a_field_with_a_default_is_there_too() -> None:
    fields = [{"name": "f", "type": ["null", "int"], "default": None}]

    assert misfit(
        {"type": "record", "name": "R", "fields": fields}, b"{}", Encoding.JSON
    ).startswith("field f: missing")


def test_the_order_of_the_fields_in_json_does_not_count() -> None:
    fields = [{"name": "a", "type": "int"}, {"name": "b", "type": "string"}]

    check({"type": "record", "name": "R", "fields": fields}, b'{"b": "", "a": 1}', Encoding.JSON)


@pytest.mark.parametrize(
    ("schema", "data"),
    [
        ("null", b""),
        ("boolean", b"\x01"),
        ("int", b"\xff\xff\xff\xff\x0f"),
        ("long", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        ("float", b"\x00\x00\xc0\x7f"),
        ("double", b"\x00" * 8),
        ("string", b"\x04\xc3\xa9"),
        ("bytes", b"\x02\xff"),
        (FIXED, b"\xff\x00"),
        (ENUM, b"\x02"),
        (INTS, b"\x00"),
        pytest.param(INTS, b"\x04\x02\x04\x02\x06\x00", id="two blocks"),
        pytest.param(INTS, b"\x03\x04\x02\x04\x00", id="a block with its size"),
        (MAP, b"\x02\x02k\x02\x00"),
        (NULLABLE, b"\x00"),
        (NULLABLE, b"\x02\x02x"),
        (NULLABLE, b"\x04\x02"),
        (LINKED, b"\x02\x02\x00"),
    ],
)
def test_binary_that_fits(schema: Any, data: bytes) -> None:
    check(record(schema), data, Encoding.BINARY)


@pytest.mark.parametrize(
    ("schema", "data", "reason"),
    [
        ("boolean", b"\x02", "expected a boolean"),
        ("int", b"", "the data ends too early"),
        ("int", b"\x80", "the data ends too early"),
        ("int", b"\x80\x80\x80\x80\x10", "expected an int"),
        ("long", b"\xff" * 9 + b"\x02", "expected a whole number of 64 bits"),
        ("long", b"\x80" * 1_000_000, "expected a whole number of 64 bits"),
        ("double", b"\x00" * 7, "the data ends too early"),
        ("string", b"\x02\xff", "expected a string in UTF-8"),
        ("string", b"\x01", "the data ends too early, or a length in it is wrong"),
        ("bytes", b"\x04x", "the data ends too early, or a length in it is wrong"),
        (FIXED, b"x", "the data ends too early"),
        (ENUM, b"\x04", "expected the index of a symbol of n.E, below 2"),
        (ENUM, b"\x01", "expected the index of a symbol of n.E, below 2"),
        (NULLABLE, b"\x06", "expected the index of a union's type, below 3"),
        (NULLABLE, b"\x01", "expected the index of a union's type, below 3"),
        (INTS, b"\x02\x02", "the data ends too early"),
        (INTS, b"\x01\x06\x02\x00", "expected a block of as many bytes as it says"),
    ],
)
def test_binary_that_does_not_fit(schema: Any, data: bytes, reason: str) -> None:
    assert misfit(record(schema), data, Encoding.BINARY).startswith(f"field f: {reason}")


def test_nothing_is_left_over_after_the_datum() -> None:
    assert misfit("int", b"\x02\x02\x02", Encoding.BINARY) == (
        "2 bytes are left over after the end of int"
    )


@pytest.mark.parametrize(
    "items",
    ["null", {"type": "record", "name": "Nothing", "fields": [{"name": "f", "type": "null"}]}],
)
def test_any_number_of_items_without_bytes_is_read_at_once(items: Any) -> None:
    huge = b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"

    check({"type": "array", "items": items}, huge + b"\x00", Encoding.BINARY)


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        (Encoding.BINARY, b"\x02" * 100_000 + b"\x00"),
        (Encoding.JSON, b'{"next":{"Node":' * 5_000 + b'{"next":null}' + b"}}" * 5_000),
    ],
)
def test_data_that_is_nested_without_end_is_refused(encoding: Encoding, data: bytes) -> None:
    assert misfit(LINKED, data, encoding).startswith("the data is nested more deeply")


@pytest.mark.parametrize(
    "data",
    [
        b'{"Dupont": 1}',
        b'{"f": {"Dupont": "Dupont"}}',
        b'{"f": {"Dupont": 1}, "Dupont": 2}',
        b'{"f": {"Dupont": 1, "Dupont": 1}}',
        b'{"f": "Dupont',
        b'{"f": "Dupont"} Dupont',
        b'{"Dupont": NaN}',
        b"\x02\x0cDupont\x00\x00Dupont",
        b"\x02\x0eDupont\xff\x00\x00",
    ],
)
@pytest.mark.parametrize("encoding", Encoding)
def test_a_refusal_says_nothing_of_the_data(data: bytes, encoding: Encoding) -> None:
    with pytest.raises(InvalidArgument) as refused:
        check(record(MAP), data, encoding)

    seen: BaseException | None = refused.value
    while seen is not None:
        assert "Dupont" not in str(seen)
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def test_a_deep_path_does_not_make_a_long_text() -> None:
    schema: Any = "int"
    for number in range(20):
        schema = {
            "type": "record",
            "name": f"R{number}",
            "fields": [{"name": "f" * 1_000, "type": schema}],
        }

    assert len(misfit(schema, b"", Encoding.BINARY)) < 1_000
