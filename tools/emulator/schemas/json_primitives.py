"""Which JSON values are which primitive type ("JSON Encoding", Avro specification 1.11).

A whole number is written without a fraction: the service says of others that it expected an
integer. Numbers that a float or double would turn into infinity do not fit.
"""

import math
import struct
from collections.abc import Callable, Mapping
from typing import Any

_INT = range(-(2**31), 2**31)
_LONG = range(-(2**63), 2**63)


def is_string(value: Any) -> bool:
    """Whether a value is text that UTF-8 can write: no half of a surrogate pair."""
    try:
        return isinstance(value, str) and value.encode() is not None
    except UnicodeEncodeError:
        return False


def is_bytes(value: Any) -> bool:
    """Whether a value is text of characters that stand for bytes."""
    return isinstance(value, str) and all(character <= "\u00ff" for character in value)


def _is_whole(value: Any, numbers: range) -> bool:
    return type(value) is int and value in numbers


def _is_double(value: Any) -> bool:
    try:
        return type(value) in {int, float} and math.isfinite(value)
    except OverflowError:  # a whole number that is larger than any double
        return False


def _is_float(value: Any) -> bool:
    try:
        return _is_double(value) and bool(struct.pack("<f", value))
    except OverflowError:
        return False


FITS: Mapping[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "int": lambda value: _is_whole(value, _INT),
    "long": lambda value: _is_whole(value, _LONG),
    "float": _is_float,
    "double": _is_double,
    "bytes": is_bytes,
    "string": is_string,
}

WORDS: Mapping[str, str] = {
    "null": "null",
    "boolean": "a boolean",
    "int": "an int: a whole number of 32 bits",
    "long": "a long: a whole number of 64 bits",
    "float": "a float: a number of 32 bits",
    "double": "a double: a number of 64 bits",
    "bytes": "bytes as text of U+0000 to U+00FF",
    "string": "a string",
}
"""What was expected, in words."""
