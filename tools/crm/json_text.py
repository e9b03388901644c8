"""JSON that keeps its values: by orjson, and by Python's own parser where orjson would not.

orjson is four times as fast, but rounds whole numbers beyond 64 bits and writes infinity as null.
"""

import json
import math
from typing import Any, Final

import orjson

_ZEROS: Final = bytes.maketrans(b"123456789", b"0" * 9)
"""Every digit becomes a zero, so that a search for zeros finds long numbers."""
_LONG_NUMBER: Final = b"0" * 19
"""The shortest that may not fit 64 bits."""


class BadLine(Exception):
    """What is wrong with a line; whoever knows its number says where it stands."""


def parse(text: bytes) -> Any:
    """Read a document: whole numbers of any size, and of repeated keys the last.

    Raises:
        BadLine: it is not JSON, or holds a number that no double can hold.
    """
    if _LONG_NUMBER not in text.translate(_ZEROS):
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            pass  # the other parser takes half a surrogate pair, and counts the column else
    return _parse_slowly(text)


def written(value: Any) -> bytes:
    """Write what :func:`parse` read, with the same values."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:  # a long number, half a surrogate pair, or nested deep
        return json.dumps(value, separators=(",", ":")).encode()


def _parse_slowly(text: bytes) -> Any:
    try:
        return json.loads(text.decode(), parse_constant=_refuse, parse_float=_double)
    except json.JSONDecodeError as error:
        raise BadLine(f"is not JSON: {error.msg} at column {error.colno}") from None
    except UnicodeDecodeError:
        raise BadLine("is not UTF-8") from None
    except ValueError:
        raise BadLine("holds a number of thousands of digits") from None
    except RecursionError:
        raise BadLine("is nested too deep") from None


def _refuse(constant: str) -> Any:
    raise BadLine(f"is not JSON: {constant}")


def _double(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise BadLine("holds a number beyond what a double holds")
    return number
