"""The report as plain lines; the worker's image has no library for tables."""

from collections import Counter
from collections.abc import Iterator, Sequence

from consumer.doctor.checks import CheckResult, Status

_MARKS = {Status.OK: "ok  ", Status.WARN: "warn", Status.FAIL: "FAIL", Status.SKIP: "skip"}


def lines(results: Sequence[CheckResult]) -> Iterator[str]:
    """Write each result on a line, what to do about it below, and the sum at the end."""
    width = max(len(result.name) for result in results)
    for result in results:
        yield f"{_MARKS[result.status]}  {result.name:<{width}}  {result.detail}"
        if result.mend:
            yield f"{'':4}  {'':<{width}}  → {result.mend}"
    yield summary(results)


def summary(results: Sequence[CheckResult]) -> str:
    """Count the results by status."""
    counts = Counter(result.status for result in results)
    parts = (f"{counts[status]} {status}" for status in Status if counts[status])
    return f"{len(results)} checks: {', '.join(parts)}"


def failed(results: Sequence[CheckResult]) -> bool:
    """Tell whether anything keeps the worker from its job."""
    return any(result.status is Status.FAIL for result in results)
