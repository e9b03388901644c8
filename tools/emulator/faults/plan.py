"""A plan of faults in a file, YAML or JSON, and what is wrong with one, on one line."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from consumer.errors import BadSettings
from tools.emulator.faults.rules import AnyFault


class Plan(BaseModel):
    """Which faults a server has from its start to its end, and the seed of their dice."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="Plan of faults")

    seed: int = Field(0, description="The same seed and the same calls give the same faults.")
    faults: tuple[AnyFault, ...] = Field(description="The rules.")


def load_plan(path: Path) -> Plan:
    """Read a plan.

    Raises:
        BadSettings: there is no such file, or it is no plan; one line names the file, the rule and
            the field.
    """
    content = _content(path)
    try:
        return Plan.model_validate(content)
    except ValidationError as error:
        raise BadSettings(f"{path}: {'; '.join(_problems(error, content))}") from None


def _content(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise BadSettings(f"cannot read the plan of faults {path}: {reason}") from error
    except yaml.YAMLError as error:
        raise BadSettings(
            f"{path} is neither YAML nor JSON: {' '.join(str(error).split())}"
        ) from error


def _problems(error: ValidationError, content: Any) -> Iterator[str]:
    for problem in error.errors(include_url=False):
        yield f"{_place(problem['loc'], content)}: {problem['msg']}"


def _place(where: tuple[int | str, ...], content: Any) -> str:
    """Say where something is wrong: ``fault 2 (delay), seconds``, counted from 1."""
    match where:
        case ("faults", int(number), *field):
            rule = content["faults"][number]
            kind = rule.get("kind") if isinstance(rule, Mapping) else None
            names = [str(part) for part in field if part != kind] or ["kind"]
            return f"fault {number + 1}{f' ({kind})' if kind else ''}, {'.'.join(names)}"
        case ():
            return "the plan"
    return ".".join(map(str, where))
