"""``--where``: what a field of an event, or a fact of a dead letter, has to be like."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from schemas.events import CustomerEvent, CustomerUpdate
from tools.errors import BadInput

FIELDS: Final = tuple(name for name in CustomerUpdate.model_fields if name != "nom")
"""Of events. Not the name: what is asked for stands in shell histories and in checkpoints."""
FACTS: Final = ("error", "reason", "stage")
"""Of dead letters."""

NULL: Final = "null"

_Cell = float | str | None
_COMPARED: Final[Mapping[str, Callable[[float, float], bool] | Callable[[str, str], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_FORM = re.compile(r"\s*([a-z_]+)\s*(<=|>=|!=|=|<|>|~)\s*(.*?)\s*", re.DOTALL)
_EXAMPLE = "write it like pays=France, balance>=1000, age=null or reason~unknown"


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison; an event that does not carry the field never meets it."""

    field: str
    comparison: str
    value: str

    def __str__(self) -> str:
        return f"{self.field}{self.comparison}{self.value}"

    def holds(self, event: CustomerEvent | None, facts: Mapping[str, str]) -> bool:
        """Say whether an event, None where it cannot be read, or its facts, are like that."""
        if self.field in facts:
            return self._compare(facts[self.field])
        if event is None or self.field not in event.update.model_fields_set:
            return False
        return self._compare(_cell(getattr(event.update, self.field)))

    def _compare(self, cell: _Cell) -> bool:
        if self.comparison == "~":
            return cell is not None and self.value.casefold() in str(cell).casefold()
        if self.comparison in {"=", "!="}:
            return self._equals(cell) == (self.comparison == "=")
        compare = _COMPARED[self.comparison]
        if isinstance(cell, str):
            return compare(cell, self.value)  # type: ignore[arg-type]  # both are str
        number = _number(self.value)
        return cell is not None and number is not None and compare(cell, number)  # type: ignore[arg-type]  # both are numbers

    def _equals(self, cell: _Cell) -> bool:
        if cell is None or isinstance(cell, str):
            return (NULL if cell is None else cell) == self.value
        return cell == _number(self.value)


def condition(text: str) -> Condition:
    """Read a condition as it stands on the command line.

    Raises:
        BadInput: it is none, or asks for a field that there is not.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise BadInput(f"--where {text!r} is no condition: {_EXAMPLE}")
    field, comparison, value = found.groups()
    if field not in FIELDS and field not in FACTS:
        raise BadInput(
            f"--where {field!r}: there is no such field; there are {', '.join(FIELDS)}, and of "
            f"dead letters {', '.join(FACTS)}"
        )
    return Condition(field, comparison, value)


def _cell(value: object) -> _Cell:
    """Turn a field into what can be compared: dates as text compare as dates do."""
    if value is None or isinstance(value, int | float):
        return value
    return str(value)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
