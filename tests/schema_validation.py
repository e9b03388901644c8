"""JSON documents checked against the exported JSON Schemas, formats included."""

import json
from datetime import datetime
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from schemas.export import EXPORTED

_FORMATS = FormatChecker(["date", "uuid"])


@_FORMATS.checks("date-time", raises=ValueError)  # type: ignore[untyped-decorator] # no stubs
def _is_rfc3339(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def validator(name: str) -> Draft202012Validator:
    """A validator for ``schemas/exported/NAME.json``."""
    schema = json.loads((EXPORTED / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=_FORMATS)


def strict_json(text: str | bytes) -> Any:
    """Parse JSON without Python's extensions: NaN and Infinity are no JSON (RFC 8259, 6)."""
    return json.loads(text, parse_constant=_refuse)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
