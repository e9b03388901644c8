"""The syntax tree of a filter; each node says whether attributes match it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class Expression(Protocol):
    """Any node."""

    def matches(self, attributes: Mapping[str, str]) -> bool:
        """Whether a message with these attributes matches."""
        ...


@dataclass(frozen=True, slots=True)
class HasKey:
    """``attributes:key``."""

    key: str

    def matches(self, attributes: Mapping[str, str]) -> bool:
        """Whether there is an attribute of that key, whatever its value."""
        return self.key in attributes


@dataclass(frozen=True, slots=True)
class Equals:
    """``attributes.key = "value"``."""

    key: str
    value: str

    def matches(self, attributes: Mapping[str, str]) -> bool:
        """Whether there is an attribute of that key and value."""
        return self.key in attributes and attributes[self.key] == self.value


@dataclass(frozen=True, slots=True)
class Differs:
    """``attributes.key != "value"``."""

    key: str
    value: str

    def matches(self, attributes: Mapping[str, str]) -> bool:
        """Whether there is no attribute of that key and value; none of the key matches too."""
        return self.key not in attributes or attributes[self.key] != self.value


@dataclass(frozen=True, slots=True)
class HasPrefix:
    """``hasPrefix(attributes.key, "prefix")``."""

    key: str
    prefix: str

    def matches(self, attributes: Mapping[str, str]) -> bool:
        """Whether there is an attribute of that key, of which the value starts so."""
        return self.key in attributes and attributes[self.key].startswith(self.prefix)


@dataclass(frozen=True, slots=True)
class Not:
    """``NOT operand`` or ``-operand``."""

    operand: Expression

    def matches(self, attributes: Mapping[str, str]) -> bool:
        """Whether the operand does not match."""
        return not self.operand.matches(attributes)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Operands joined by ``AND``; two at least."""

    operands: tuple[Expression, ...]

    def matches(self, attributes: Mapping[str, str]) -> bool:
        """Whether all operands match."""
        return all(operand.matches(attributes) for operand in self.operands)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Operands joined by ``OR``; two at least."""

    operands: tuple[Expression, ...]

    def matches(self, attributes: Mapping[str, str]) -> bool:
        """Whether an operand matches."""
        return any(operand.matches(attributes) for operand in self.operands)
