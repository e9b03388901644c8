"""Avro definitions: what is a schema, and what the text says of those that are none."""

import json
from typing import Any

import pytest

from tools.emulator.errors import InvalidArgument
from tools.emulator.schemas.avro_types import Record
from tools.emulator.schemas.definition import MAX_DEFINITION_BYTES, read_definition


def record(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": "R", "namespace": "n", "fields": list(fields), **more}


def field(schema: Any, **more: Any) -> dict[str, Any]:
    return {"name": "f", "type": schema, **more}


def read(schema: Any) -> Any:
    return read_definition(json.dumps(schema))


@pytest.mark.parametrize(
    "schema",
    [
        "string",
        {"type": "int", "logicalType": "date"},
        {"type": "array", "items": "int"},
        {"type": "map", "values": {"type": "array", "items": ["null", "long"]}},
        {"type": "enum", "name": "E", "symbols": ["A", "B"], "default": "A"},
        {"type": "fixed", "name": "F", "size": 16},
        ["null", "string"],
        record(),
        record(field("int", doc="a number", order="ignore", aliases=["g"])),
        record(field(["null", "R"], default=None)),
        record(field(["null", "n.R"])),
        record(field({"type": "R"})),
        record(field({"type": "fixed", "name": "Empty", "size": 0})),
        record(field({"type": "enum", "name": "other.E", "symbols": ["A"]})),
        record(field("int"), name="with.dots.R"),
        record(field("int"), namespace=""),
    ],
)
def test_an_avro_schema_is_accepted(schema: Any) -> None:
    read(schema)


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        pytest.param(5, "a type is a name", id="a number"),
        pytest.param(None, "a type is a name", id="null"),
        pytest.param({"name": "R", "fields": []}, "a type is a name", id="no type"),
        pytest.param({"type": {"type": "int"}}, "a type is a name", id="a type in a type"),
        pytest.param("nope", "'nope' is no type", id="an unknown type"),
        pytest.param({"type": "array"}, "a array has no items", id="no items"),
        pytest.param({"type": "map"}, "a map has no values", id="no values"),
        pytest.param({"type": "record", "name": "R"}, "a record has no fields", id="no fields"),
        pytest.param(record(fields=3), "the fields of n.R are a list", id="fields no list"),
        pytest.param(record("f"), "a field of n.R is an object", id="a field that is text"),  # type: ignore[arg-type]
        pytest.param(record({"name": "f"}), "has no type", id="a field without type"),
        pytest.param(record({"type": "int"}), "has no name", id="a field without name"),
        pytest.param(record(field("int"), field("int")), "two fields of one name", id="twice"),
        pytest.param(record(name="a-b"), "'a-b' is no name", id="a dash"),
        pytest.param(record(name="é"), "'é' is no name", id="an accent"),
        pytest.param(record(name=3), "3 is no name", id="a name that is a number"),
        pytest.param(record(name="int"), "int is a primitive type", id="the name of a primitive"),
        pytest.param(record(namespace="a..b"), "'a..b' is no namespace", id="a namespace"),
        pytest.param(record(field("S"), name="R"), "'S' is no type", id="a later type"),
        pytest.param(["int", "int"], "a union has", id="a union of one type twice"),
        pytest.param(["int", ["null"]], "a union has", id="a union in a union"),
        pytest.param([], "a union has", id="an empty union"),
        pytest.param(
            [record(), record()], "n.R is defined twice", id="a name that is defined twice"
        ),
        pytest.param(
            {"type": "enum", "name": "E", "symbols": ["A", "A"]}, "a symbol twice", id="symbols"
        ),
        pytest.param(
            {"type": "enum", "name": "E", "symbols": "AB"}, "are a list", id="symbols as text"
        ),
        pytest.param(
            {"type": "enum", "name": "E", "symbols": ["1"]}, "'1' is no name", id="a symbol"
        ),
        pytest.param(
            {"type": "enum", "name": "E", "symbols": ["A"], "default": "B"},
            "none of its symbols",
            id="the default of an enum",
        ),
        pytest.param({"type": "fixed", "name": "F", "size": -1}, "not negative", id="a size"),
        pytest.param({"type": "fixed", "name": "F", "size": "1"}, "not negative", id="no number"),
        pytest.param({"type": "fixed", "name": "F", "size": True}, "not negative", id="true"),
    ],
)
def test_what_is_no_avro_schema_is_refused_with_the_reason(schema: Any, reason: str) -> None:
    with pytest.raises(InvalidArgument, match=reason):
        read(schema)


@pytest.mark.parametrize("text", ["", "not json", "{}{}", '{"type": "int"} x', "{'type': 'int'}"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument):
        read_definition(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 100_000, id="lists"),
        pytest.param('{"type":"array","items":' * 700 + '"int"' + "}" * 700, id="arrays"),
    ],
)
def test_a_definition_that_is_nested_without_end_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument, match="nested too deeply"):
        read_definition(text)


def test_a_definition_has_300_kilobytes_at_most() -> None:
    definition = json.dumps(record(doc=""))
    padding = "é" * ((MAX_DEFINITION_BYTES - len(definition)) // 2)
    fits = definition.replace('"doc": ""', f'"doc": "{padding}"')

    read_definition(fits)
    with pytest.raises(InvalidArgument, match="300000 bytes"):
        read_definition(fits + "   ")


@pytest.mark.parametrize(
    ("schema", "default"),
    [
        ("int", 3),
        ("double", 1),
        ("bytes", "\u00ff"),
        (["null", "int"], None),
        (["int", "null"], 5),
        ({"type": "array", "items": "R"}, []),
        ({"type": "map", "values": ["int", "null"]}, {"k": 1}),
        (record(field("int", default=1), name="Inner"), {}),
        (record(field("int"), name="Inner"), {"f": 1}),
    ],
)
def test_a_default_fits_its_type(schema: Any, default: Any) -> None:
    read(record(field(schema, default=default)))


@pytest.mark.parametrize(
    ("schema", "default"),
    [
        ("int", "three"),
        ("int", True),
        ("string", None),
        (["null", "int"], 5),
        (["int", "null"], None),
        ({"type": "fixed", "name": "F", "size": 2}, "abc"),
        ({"type": "array", "items": "int"}, ["x"]),
        (record(field("int"), name="Inner"), {}),
    ],
)
def test_a_default_that_does_not_fit_is_refused(schema: Any, default: Any) -> None:
    with pytest.raises(InvalidArgument, match=r"a default in n\.R does not fit: field f"):
        read(record(field(schema, default=default)))


def test_a_name_without_dots_is_of_the_namespace_around_it() -> None:
    inner = {"type": "enum", "name": "E", "symbols": ["A"]}
    outer = record(field(record(field(inner), name="Inner", namespace="deep")))

    schema = read(outer)

    assert isinstance(schema, Record)
    deep = schema.fields[0].type
    assert isinstance(deep, Record)
    assert (deep.name, deep.fields[0].type.name) == ("deep.Inner", "deep.E")


def test_a_long_name_does_not_make_a_long_text() -> None:
    with pytest.raises(InvalidArgument) as refused:
        read(record(field("x" * 200_000), name="R" * 50_000))

    assert len(str(refused.value)) < 1_000
