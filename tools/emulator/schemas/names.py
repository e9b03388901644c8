"""Names of types and fields ("Names", Avro specification 1.11)."""

import re
from typing import Any, TypeVar

from tools.emulator.schemas.avro_types import PRIMITIVES, AvroType, Enum, Fixed, Primitive, Record

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_NAMESPACE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*)?", re.ASCII)

Named = TypeVar("Named", Record, Enum, Fixed)


class BadSchema(Exception):
    """A definition is not a schema; ``str(error)`` says why."""


def check_symbol(name: Any) -> str:
    """Return the name of a field or a symbol of an enum if it is one.

    Raises:
        BadSchema: it is not.
    """
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise BadSchema(f"{name!r:.60} is no name: letters, digits and _, and no digit first")
    return name


def full_name(node: dict[str, Any], enclosing: str) -> tuple[str, str]:
    """Give the full name of a definition, and the namespace that holds inside of it.

    Raises:
        BadSchema: it has no name, or its name or namespace is not allowed.
    """
    name, namespace = node.get("name"), node.get("namespace", enclosing)
    if isinstance(name, str) and "." in name:
        namespace, _, name = name.rpartition(".")
    check_symbol(name)
    if not isinstance(namespace, str) or _NAMESPACE.fullmatch(namespace) is None:
        raise BadSchema(f"{namespace!r:.60} is no namespace: names with dots between them")
    if name in PRIMITIVES:
        raise BadSchema(f"{name} is a primitive type: give the definition another name")
    return f"{namespace}.{name}".lstrip("."), namespace


class NamedTypes:
    """The types of one definition that have names."""

    def __init__(self) -> None:
        self._types: dict[str, AvroType] = {}

    def define(self, schema: Named) -> Named:
        """Make a type known by its full name.

        Raises:
            BadSchema: the name is taken.
        """
        if schema.name in self._types:
            raise BadSchema(f"{schema.name} is defined twice")
        self._types[schema.name] = schema
        return schema

    def find(self, name: str, namespace: str) -> AvroType:
        """Find a type by a name, which is of ``namespace`` unless it has dots.

        Raises:
            BadSchema: it was not defined before.
        """
        if name in PRIMITIVES:
            return Primitive(name)
        full = name if "." in name or not namespace else f"{namespace}.{name}"
        if full not in self._types:
            raise BadSchema(f"{name!r:.60} is no type, or is used before it is defined")
        return self._types[full]
