"""The tables of the performance page, from the measured figures that are kept beside the code."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tools.bench.measured import WORKER as MEASURED
from tools.bench.quantities import Figure
from tools.bench.report import Report, short
from tools.bench.saved import read_report
from tools.bench.worker.quantities import ALERTS, STAGE_PREFIX
from tools.bench.worker.subjects import WORKER

COLUMNS: Mapping[str, str] = {
    "speed": "events/s",
    "cpu": "CPU, µs/event",
    "database_cpu": "CPU of the database, µs/event",
    "memory": "peak memory, MB",
    "to_per_message": "to per message",
    "to_google_no_op": "to Google's no-op",
    "to_worker": "to worker",
}
"""Quantities that have a column, with its heading."""

_DIGITS = 3
_WIDTH = 100


def worker_tables() -> str:
    """What the worker reached: how it was measured, figures, targets, stages."""
    report = read_report(MEASURED, "worker")
    shown = [one for one in report.figures if one.quantity.key in COLUMNS]
    stages = [one for one in report.figures if one.quantity.key.startswith(STAGE_PREFIX)]
    parts = [_how(report), _by_subject(shown), _targets(report.figures), _by_stage(stages)]
    return "\n".join(parts)


def rounded(value: float) -> str:
    """Give a figure with three significant digits."""
    return short(float(f"{value:.{_DIGITS}g}"))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay rows out in Markdown."""
    ruler = f"|{'---|' * len(head)}\n"
    first, *others = (f"|{'|'.join(map(_cell, line))}|\n" for line in (head, *rows))
    return "".join([first, ruler, *others])


def _cell(text: str) -> str:
    return f" {text} " if text else " "


def _how(report: Report) -> str:
    options, machine = report.options, report.machine
    versions = ", ".join(f"{name} {number}" for name, number in machine.versions.items())
    text = (
        f"{options['rounds']} rounds of {options['events']:,} events ({options['few']:,} for the "
        f"per-message consumer) on {machine.cores} cores, with a load average of "
        f"{options['load_before']} at the start. "
        f"{machine.system} on {machine.processor}, Python {machine.python}, {versions}; "
        f"{options['streams']} streams, {options['max_messages']:,} messages held at the most, "
        f"batches of up to {options['batch_max_events']:,} events or "
        f"{options['batch_linger_ms']:g} ms; "
        f"{_median(report, ALERTS.key, WORKER):.0f} % of the events raise an alert. Medians, in "
        "brackets the least and the greatest; speeds are compared round by round."
    )
    return f"{textwrap.fill(text, _WIDTH, break_on_hyphens=False)}\n"


def _median(report: Report, quantity: str, subject: str) -> float:
    found = {(one.quantity.key, one.subject): one.spread.median for one in report.figures}
    return found[quantity, subject]


def _by_subject(figures: Sequence[Figure]) -> str:
    cells = {(one.subject, one.quantity.key): _spread(one) for one in figures}
    subjects = dict.fromkeys(one.subject for one in figures)
    rows = ([name, *(cells.get((name, key), "") for key in COLUMNS)] for name in subjects)
    return table(["", *COLUMNS.values()], rows)


def _targets(figures: Sequence[Figure]) -> str:
    return table(["target", "aim", "median", ""], map(_aim, _with_target(figures)))


def _with_target(figures: Sequence[Figure]) -> Iterator[Figure]:
    return (one for one in figures if one.target is not None)


def _aim(figure: Figure) -> list[str]:
    if figure.target is None:
        raise ValueError(f"{figure.subject} has no target for {figure.quantity.key}")
    sign = "at most" if figure.target.at_most else "at least"
    what = f"{COLUMNS.get(figure.quantity.key, figure.quantity.key)}: {figure.subject}"
    verdict = "met" if figure.passed else "missed"
    return [what, f"{sign} {figure.target.value:g}", rounded(figure.spread.median), verdict]


def _by_stage(stages: Sequence[Figure]) -> str:
    cells = {(one.subject, one.quantity.key): _spread(one) for one in stages}
    subjects = list(dict.fromkeys(one.subject for one in stages))
    names = dict.fromkeys(one.quantity.key for one in stages)
    rows = (
        [name.removeprefix(STAGE_PREFIX), *(cells.get((one, name), "") for one in subjects)]
        for name in names
    )
    return table(["stage, µs an event", *subjects], rows)


def _spread(figure: Figure) -> str:
    spread = figure.spread
    return f"{rounded(spread.median)} ({rounded(spread.minimum)} to {rounded(spread.maximum)})"
