"""What may be shown of a message, so that no customer's name is on a screen or in a log.

Hidden are the values of ``nom``, and of whatever has it among the words of its name, such as
``ce-nom`` or ``NOM_CLIENT``, at any depth; and text in which JSON or base64 may hide another.
What is no JSON object is not shown at all: nobody can say where in it a name stands.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "***"

_NAME = "nom"
_ENCODED = "data_base64"
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_JSON_BEGINS = ("{", "[", '"')


class NotReadable(Exception):
    """Data that is no JSON object."""


def masked_data(data: bytes) -> dict[str, Any]:
    """Read data and hide names.

    NaN and Infinity, which may be why it is a dead letter, become text.

    Raises:
        NotReadable: it is no JSON object.
    """
    try:
        document = json.loads(data, parse_constant=str)
        if isinstance(document, dict):
            return masked(document)
    except (ValueError, RecursionError):
        pass
    raise NotReadable


def masked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Hide names among the fields of an object, or among attributes.

    Raises:
        RecursionError: it is nested too deep.
    """
    return {name: _masked(name, value) for name, value in fields.items()}


def _masked(name: str, value: Any) -> Any:
    if name == _ENCODED or _NAME in _BETWEEN_WORDS.split(name.casefold()):
        return HIDDEN
    if isinstance(value, dict):
        return masked(value)
    if isinstance(value, list):
        return [_masked("", each) for each in value]
    if isinstance(value, str) and value.lstrip().startswith(_JSON_BEGINS):
        return HIDDEN
    return value
