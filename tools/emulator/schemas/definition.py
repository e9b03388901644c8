"""From the text of a schema to its type ("Schema Declaration", Avro specification 1.11)."""

import json
from typing import Any

from tools.emulator.errors import InvalidArgument
from tools.emulator.schemas.avro_types import (
    Array,
    AvroType,
    Enum,
    Field,
    Fixed,
    Map,
    Record,
    Union,
)
from tools.emulator.schemas.defaults import check_default
from tools.emulator.schemas.names import BadSchema, NamedTypes, check_symbol, full_name

MAX_DEFINITION_BYTES = 300_000
""""Schema overview" of the Pub/Sub documentation: 300 KB."""


def read_definition(definition: str) -> AvroType:
    """Read the definition of a schema.

    Raises:
        InvalidArgument: it is empty, too large, or no Avro schema; the text says where.
    """
    if not 0 < len(definition.encode()) <= MAX_DEFINITION_BYTES:
        raise InvalidArgument(f"a schema's definition has 1 to {MAX_DEFINITION_BYTES} bytes")
    try:
        return _Definition().read(json.loads(definition))
    except BadSchema as error:
        raise InvalidArgument(f"the definition is no Avro schema: {error!s:.500}") from error
    except RecursionError as error:
        raise InvalidArgument("the definition is nested too deeply") from error
    except ValueError as error:
        raise InvalidArgument(f"the definition is no JSON: {error!s:.500}") from error


class _Definition:
    """Reads one definition; types are known by their names from where they are defined."""

    def __init__(self) -> None:
        self._types = NamedTypes()
        self._defaults: list[tuple[Any, Field, str]] = []

    def read(self, document: Any) -> AvroType:
        schema = self._type(document, "")
        for default, field, record in self._defaults:  # once every record has its fields
            check_default(default, field, record)
        return schema

    def _type(self, node: Any, namespace: str) -> AvroType:
        match node:
            case str():
                return self._types.find(node, namespace)
            case list():
                return self._union(node, namespace)
            case {"type": str(kind)}:
                return self._object(kind, node, namespace)
        raise BadSchema("a type is a name, a list of types or an object with the name of a type")

    def _object(self, kind: str, node: dict[str, Any], namespace: str) -> AvroType:
        match kind:
            case "record" | "error":
                return self._record(node, namespace)
            case "enum":
                return self._enum(node, namespace)
            case "fixed":
                return self._fixed(node, namespace)
            case "array":
                return Array(self._type(_part(node, "items"), namespace))
            case "map":
                return Map(self._type(_part(node, "values"), namespace))
        return self._types.find(kind, namespace)

    def _union(self, node: list[Any], namespace: str) -> Union:
        branches = tuple(self._type(branch, namespace) for branch in node)
        names = [branch.name for branch in branches]
        if not branches or "union" in names or len(set(names)) < len(names):
            raise BadSchema("a union has one type or more, all different, and no unions")
        return Union(branches)

    def _record(self, node: dict[str, Any], namespace: str) -> Record:
        name, inner = full_name(node, namespace)
        record = self._types.define(Record(name))
        fields = _part(node, "fields")
        if not isinstance(fields, list):
            raise BadSchema(f"the fields of {name} are a list")
        for field in fields:
            record.fields.append(self._field(field, name, inner))
        if len({field.name for field in record.fields}) < len(record.fields):
            raise BadSchema(f"the record {name} has two fields of one name")
        return record

    def _field(self, node: Any, record: str, namespace: str) -> Field:
        if not isinstance(node, dict):
            raise BadSchema(f"a field of {record} is an object")
        name = check_symbol(_part(node, "name"))
        field = Field(name, self._type(_part(node, "type"), namespace), "default" in node)
        if field.has_default:
            self._defaults.append((node["default"], field, record))
        return field

    def _enum(self, node: dict[str, Any], namespace: str) -> Enum:
        name, _ = full_name(node, namespace)
        symbols = _part(node, "symbols")
        if not isinstance(symbols, list):
            raise BadSchema(f"the symbols of {name} are a list")
        symbols = tuple(check_symbol(symbol) for symbol in symbols)
        if len(set(symbols)) < len(symbols):
            raise BadSchema(f"the enum {name} has a symbol twice")
        if "default" in node and node["default"] not in symbols:
            raise BadSchema(f"the default of the enum {name} is none of its symbols")
        return self._types.define(Enum(name, symbols))

    def _fixed(self, node: dict[str, Any], namespace: str) -> Fixed:
        name, _ = full_name(node, namespace)
        size = _part(node, "size")
        if type(size) is not int or size < 0:
            raise BadSchema(f"the size of {name} is a whole number, and not negative")
        return self._types.define(Fixed(name, size))


def _part(node: dict[str, Any], key: str) -> Any:
    if key not in node:
        raise BadSchema(f"a {node.get('type', 'field')!s:.40} has no {key}")
    return node[key]
