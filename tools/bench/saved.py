"""A report that was saved by ``--json``, read again."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tools.bench.machine import Machine
from tools.bench.quantities import Figure, Quantity, Target
from tools.bench.report import Report
from tools.errors import BadInput


class _Saved(BaseModel):
    model_config = ConfigDict(frozen=True)


class _SavedFigure(_Saved):
    subject: str
    quantity: str
    unit: str
    values: tuple[float, ...] = Field(min_length=1)
    target: Target | None = None

    def restored(self) -> Figure:
        """Give the figure as it was; of its quantity's title JSON has only the key."""
        quantity = Quantity(self.quantity, self.quantity, self.unit, self.target, (self.subject,))
        return Figure(self.subject, quantity, self.values)


class _SavedReport(_Saved):
    benchmark: str
    machine: Machine
    options: dict[str, Any]
    figures: tuple[_SavedFigure, ...]


def read_report(path: Path, benchmark: str) -> Report:
    """Read the report of one benchmark.

    Raises:
        BadInput: the file is missing, or is no such report.
    """
    try:
        saved = _SavedReport.model_validate_json(path.read_bytes())
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "the whole"
        raise BadInput(
            f"{path} is no report of churn bench {benchmark} --json: "
            f"{where}: {error.errors()[0]['msg']}"
        ) from None
    if saved.benchmark != benchmark:
        raise BadInput(f"{path} is of churn bench {saved.benchmark}, not of {benchmark}")
    figures = [figure.restored() for figure in saved.figures]
    return Report(saved.benchmark, saved.machine, saved.options, figures)
