"""The default of a field fits its type ("Complex Types: Records", Avro specification 1.11)."""

from typing import Any

from tools.emulator.schemas.avro_types import Field, Record, Union
from tools.emulator.schemas.json_encoding import JsonCheck
from tools.emulator.schemas.misfit import Misfit
from tools.emulator.schemas.names import BadSchema


def check_default(default: Any, field: Field, record: str) -> None:
    """Check the default of a field of ``record``.

    Raises:
        BadSchema: it does not fit.
    """
    try:
        _DefaultCheck().check(default, field.type, f".{field.name}")
    except Misfit as error:
        raise BadSchema(f"a default in {record} does not fit: {error}") from error


class _DefaultCheck(JsonCheck):
    """A default is written as data is, but a union's is that of its first type, as it stands.

    A field that a record's default leaves out has a default of its own.
    """

    def check_union(self, value: Any, union: Union, path: str) -> None:
        self.check(value, union.branches[0], path)

    def check_record(self, value: dict[str, Any], record: Record, path: str) -> None:
        for field in record.fields:
            here = f"{path}.{field.name}"
            if field.name in value:
                self.check(value[field.name], field.type, here)
            elif not field.has_default:
                raise Misfit(here, "missing, and has no default of its own")
