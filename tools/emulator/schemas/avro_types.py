"""The types of the Avro specification, as a tree that may come back to a record."""

from dataclasses import dataclass, field

PRIMITIVES = frozenset(
    ("null", "boolean", "int", "long", "float", "double", "bytes", "string"),
)


@dataclass(frozen=True, slots=True)
class Primitive:
    """A type without parts; a logical type is the primitive below it."""

    name: str


@dataclass(frozen=True, slots=True)
class Enum:
    """One of several symbols."""

    name: str
    symbols: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """So many bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Array:
    """Any number of items of one type."""

    items: "AvroType"
    name: str = "array"


@dataclass(frozen=True, slots=True)
class Map:
    """Values of one type by text keys."""

    values: "AvroType"
    name: str = "map"


@dataclass(frozen=True, slots=True)
class Union:
    """One of several types, which all have different names."""

    branches: tuple["AvroType", ...]
    name: str = "union"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record."""

    name: str
    type: "AvroType"
    has_default: bool


@dataclass(slots=True, eq=False)
class Record:
    """Named fields in order; they are filled in while the definition is read, for recursion."""

    name: str
    fields: list[Field] = field(default_factory=list)


AvroType = Primitive | Enum | Fixed | Array | Map | Union | Record
"""``name`` is what the JSON encoding calls the type in a union: the full name of a named type."""
