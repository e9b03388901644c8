"""Avro schemas from pydantic models, for the subset of types that the wire uses.

An optional field becomes a union that starts with null, with null as its default ("Apache Avro
specification", Unions). Avro therefore cannot tell a field that an event does not carry from one
that is null; whoever needs the difference keeps the original bytes.
"""

from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, to_jsonable_python

from schemas.tables import Sex, YesNo

Schema = str | dict[str, Any] | list[Any]

_NAMESPACE = "churn"
_ENUM_NAMES = {Sex: "Sex", YesNo: "YesNo"}
_PRIMITIVES: dict[Any, Schema] = {
    NoneType: "null",
    bool: "boolean",
    int: "long",
    float: "double",
    str: "string",
    date: {"type": "int", "logicalType": "date"},
    AwareDatetime: {"type": "long", "logicalType": "timestamp-micros"},
    UUID: {"type": "string", "logicalType": "uuid"},
}


def avro_schema(model: type[BaseModel]) -> Schema:
    """Describe ``model`` as an Avro record.

    Raises:
        TypeError: a field has a type that this generator does not know.
    """
    return _Generator().record(model)


class _Generator:
    """Writes each named type out once and then refers to it by its name, as Avro demands."""

    def __init__(self) -> None:
        self._written: set[str] = set()

    def record(self, model: type[BaseModel]) -> Schema:
        if model.__name__ in self._written:
            return model.__name__
        self._written.add(model.__name__)
        fields = [self._field(name, info) for name, info in model.model_fields.items()]
        return {
            "type": "record",
            "name": model.__name__,
            "namespace": _NAMESPACE,
            "doc": _first_line(model.__doc__),
            "fields": fields,
        }

    def _field(self, name: str, info: FieldInfo) -> dict[str, Any]:
        field: dict[str, Any] = {"name": name, "type": self._type(info.annotation)}
        if info.description:
            field["doc"] = info.description
        if info.default is not PydanticUndefined:
            field["default"] = to_jsonable_python(info.default)
            field["type"] = _null_first(field["type"]) if info.default is None else field["type"]
        return field

    def _type(self, annotation: Any) -> Schema:
        origin = get_origin(annotation)
        if origin is Annotated:
            return self._type(get_args(annotation)[0])
        if origin in {Union, UnionType}:
            return [self._type(member) for member in get_args(annotation)]
        if origin is Literal:
            return self._enum(_ENUM_NAMES[annotation], get_args(annotation))
        if origin is tuple:
            return {"type": "array", "items": self._type(get_args(annotation)[0])}
        return self._plain(annotation)

    def _plain(self, annotation: Any) -> Schema:
        if annotation in _PRIMITIVES:
            return _PRIMITIVES[annotation]
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            return self._enum(annotation.__name__, tuple(member.value for member in annotation))
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return self.record(annotation)
        raise TypeError(f"no Avro type for {annotation!r}: add it to schemas/avro.py")

    def _enum(self, name: str, symbols: tuple[str, ...]) -> Schema:
        if name in self._written:
            return name
        self._written.add(name)
        return {"type": "enum", "name": name, "symbols": list(symbols)}


def _null_first(union: Schema) -> Schema:
    """Put null first, because a default must match the first branch."""
    assert isinstance(union, list)  # noqa: S101 - a default of None has an optional type
    return ["null", *(member for member in union if member != "null")]


def _first_line(docstring: str | None) -> str:
    return (docstring or "").partition("\n")[0]
