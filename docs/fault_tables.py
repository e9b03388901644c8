"""The documentation's tables of faults, from the models."""

import inspect
from collections.abc import Iterator
from typing import get_args

from pydantic.fields import FieldInfo

from tools.emulator.faults.rules import AnyFault, Fault, Striking


def kinds_table() -> str:
    """Every kind of fault: what it does, and the fields that it alone has."""
    lines = ["| `kind` | what it does | fields of its own |", "|---|---|---|"]
    for kind in get_args(get_args(AnyFault)[0]):
        name = kind.model_fields["kind"].default
        lines.append(f"| `{name}` | {_about(kind)} | {'; '.join(_own(kind)) or 'none'} |")
    return "\n".join(lines) + "\n"


def fields_table() -> str:
    """The fields that every kind has, and those that say when it strikes."""
    lines = ["| field | default | meaning |", "|---|---|---|"]
    for name, field in Striking.model_fields.items():
        only = "" if name in Fault.model_fields else " Not for `pause`."
        lines.append(f"| `{name}` | {_default(field)} | {field.description}{only} |")
    return "\n".join(lines) + "\n"


def _about(kind: type[Fault]) -> str:
    return " ".join((inspect.getdoc(kind) or "").split())


def _own(kind: type[Fault]) -> Iterator[str]:
    for name, field in kind.model_fields.items():
        if name != "kind" and name not in Striking.model_fields:
            yield f"`{name}`: {(field.description or '').rstrip('.')}"


def _default(field: FieldInfo) -> str:
    return f"`{field.default}`" if field.default not in ("", None) else "none"
