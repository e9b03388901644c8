"""How checks are run and reported."""

from consumer.doctor.checks import Check, CheckResult, Finding, Status, run, warn
from consumer.doctor.report import failed, lines
from consumer.errors import DatabaseDown


def passes() -> Finding:
    return Finding("fine")


def is_down() -> Finding:
    raise DatabaseDown("cannot reach PostgreSQL: start it")


def has_a_defect() -> Finding:
    raise KeyError("hunter2")


def statuses(results: list[CheckResult]) -> dict[str, Status]:
    return {result.name: result.status for result in results}


def test_one_failure_does_not_hide_the_others() -> None:
    results = run([Check("first", is_down), Check("second", passes)])
    assert statuses(results) == {"first": Status.FAIL, "second": Status.OK}
    assert results[0].detail == "cannot reach PostgreSQL: start it"


def test_what_needs_a_failed_check_is_skipped_and_says_so() -> None:
    asked: list[str] = []

    def tables() -> Finding:
        asked.append("tables")
        return passes()

    results = run(
        [
            Check("database", is_down),
            Check("tables", tables, needs=("database",)),
            Check("customers", passes, needs=("tables",)),
        ]
    )
    assert asked == []
    assert statuses(results)["customers"] is Status.SKIP
    assert results[1].detail == "not asked, because of: database"


def test_a_warning_skips_nothing() -> None:
    results = run([Check("first", lambda: warn("slow", "mend")), Check("x", passes, ("first",))])
    assert statuses(results)["x"] is Status.OK


def test_a_defect_of_one_check_hides_neither_the_others_nor_itself() -> None:
    results = run([Check("first", has_a_defect), Check("second", passes)])
    assert statuses(results) == {"first": Status.FAIL, "second": Status.OK}
    assert "KeyError" in results[0].detail
    assert "hunter2" not in results[0].detail


def test_only_a_failure_is_a_failure() -> None:
    results = [CheckResult("a", status, "") for status in Status if status is not Status.FAIL]
    assert not failed(results)
    assert failed([*results, CheckResult("b", Status.FAIL, "")])


def test_the_report_has_a_line_a_result_then_how_to_mend_it_then_the_sum() -> None:
    results = [
        CheckResult("settings", Status.OK, "deployment local"),
        CheckResult("filter", Status.WARN, "some events", "make it anew"),
    ]
    assert list(lines(results)) == [
        "ok    settings  deployment local",
        "warn  filter    some events",
        "                → make it anew",
        "2 checks: 1 ok, 1 warn",
    ]
