"""How checks are run: each by itself, none hiding another, none asked in vain."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from consumer.errors import ChurnError


class Status(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    """It works, but not as well or as safely as it should."""
    FAIL = "fail"
    """The worker cannot do its job."""
    SKIP = "skip"
    """It could not be asked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    detail: str
    status: Status = Status.OK
    mend: str = ""
    """What to do about it; empty where nothing has to be done."""


@dataclass(frozen=True, slots=True)
class Check:
    """One question, and which others have to be answered first."""

    name: str
    ask: Callable[[], Finding]
    """May raise a ChurnError: a failure, whose text says how to mend it."""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of the report."""

    name: str
    status: Status
    detail: str
    mend: str = ""


def run(checks: Iterable[Check]) -> list[CheckResult]:
    """Ask each check in turn; one that needs a failed or skipped one is skipped, saying so."""
    results: dict[str, CheckResult] = {}
    for check in checks:
        results[check.name] = _skipped(check, results) or _asked(check)
    return list(results.values())


def _skipped(check: Check, results: Mapping[str, CheckResult]) -> CheckResult | None:
    for need in check.needs:
        if results[need].status in {Status.FAIL, Status.SKIP}:
            return CheckResult(check.name, Status.SKIP, f"not asked, because of: {need}")
    return None


def _asked(check: Check) -> CheckResult:
    try:
        found = check.ask()
    except ChurnError as error:
        return CheckResult(check.name, Status.FAIL, str(error))
    except Exception as error:  # noqa: BLE001 - a defect in one check must not hide the others
        detail = f"the check itself failed with {type(error).__name__}"
        return CheckResult(check.name, Status.FAIL, detail, "report this as a defect")
    return CheckResult(check.name, found.status, found.detail, found.mend)


def warn(detail: str, mend: str) -> Finding:
    """Something that works, but should be mended."""
    return Finding(detail, Status.WARN, mend)


def fail(detail: str, mend: str) -> Finding:
    """Something that keeps the worker from its job."""
    return Finding(detail, Status.FAIL, mend)


def skip(detail: str) -> Finding:
    """Something that cannot be asked here, and need not be mended."""
    return Finding(detail, Status.SKIP)
