"""What an event costs, out of a report of `churn bench worker`, by the names of its JSON."""

from dataclasses import dataclass
from pathlib import Path

from tools.bench.measured import WORKER as SHIPPED
from tools.bench.report import Report
from tools.bench.saved import read_report
from tools.bench.worker.subjects import ALL_ON, PER_MESSAGE, REASONS
from tools.errors import BadInput


@dataclass(frozen=True, slots=True)
class EventCost:
    """Medians of one kind of worker."""

    speed: float
    """Events a second of one worker, whose cores the servers and the benchmark shared."""
    cpu_microseconds: float
    """CPU of the worker, an event, in full batches."""
    memory_megabytes: float
    """The most that a worker has."""
    alert_share: float
    """Alerts an event."""
    database_microseconds: float
    """CPU of the database, an event, in full batches."""
    statement_microseconds: float
    """CPU of the database for a statement about one event, its transaction included."""
    history_bytes: float
    """What an event leaves on the disk; 0 without the history."""

    @property
    def has_history(self) -> bool:
        """Whether each score is kept."""
        return self.history_bytes > 0


def event_cost(*, history: bool, path: Path | None = None) -> EventCost:
    """Read what an event costs a worker with reasons, with or without the history.

    Args:
        history: whether the history is on.
        path: what ``churn bench worker --json`` printed; None takes the figures that ship.

    Raises:
        BadInput: the file is no such report, or lacks a figure.
    """
    source = path or SHIPPED
    return cost_of(read_report(source, "worker"), history=history, source=source)


def cost_of(report: Report, *, history: bool, source: Path) -> EventCost:
    """Take an event's cost out of a report.

    Raises:
        BadInput: it lacks a figure; the text names ``source``.
    """
    medians = {(one.quantity.key, one.subject): one.spread.median for one in report.figures}
    subject = ALL_ON if history else REASONS

    def median(quantity: str, of: str = subject) -> float:
        if (quantity, of) not in medians:
            raise BadInput(f"{source} has no {quantity} of {of!r}: run churn bench worker --json")
        return medians[quantity, of]

    return EventCost(
        speed=median("speed"),
        cpu_microseconds=median("cpu"),
        memory_megabytes=median("memory"),
        alert_share=median("alerts") / 100,
        database_microseconds=median("database_cpu"),
        statement_microseconds=median("database_cpu", PER_MESSAGE),
        history_bytes=median("history") if history else 0.0,
    )
