"""The pytest hooks behind the marks, and behind ``--conformance``.

Without the option a test that ``differs`` is skipped on Google's emulator. With it the test runs
there and must fail, so that a mark that is no longer true is found; at the end comes one table.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.marks import in_words
from tests.conformance.page import Versions, page
from tests.conformance.table import Outcome, Result, Row, as_text, rows, summary

_KEY = "conformance"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("conformance")
    group.addoption(
        "--conformance",
        action="store_true",
        help="let tests that differ on Google's emulator fail there, and show the table",
    )
    group.addoption(
        "--conformance-page",
        type=Path,
        help="write the table to this Markdown file, where both servers ran",
    )


def pytest_configure(config: pytest.Config) -> None:
    for mark in (
        "documented(page, address): the page of the documentation that the test checks",
        "differs(official, always): what Google's emulator does instead",
    ):
        config.addinivalue_line("markers", mark)
    if config.getoption("conformance"):
        config.pluginmanager.register(_Probe(config), "conformance-probe")


def server_of(item: pytest.Item) -> str | None:
    """Give the kind of the server that a test runs on; None where it needs none."""
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return None
    server = item.callspec.params.get("pubsub")
    return None if server is None else str(server)


def difference(item: pytest.Item) -> str:
    """Say what the server of a test does instead of what the test says; empty for nothing."""
    mark = item.get_closest_marker("differs")
    return mark.kwargs["official"] if mark and server_of(item) == "official" else ""


def sentence(item: pytest.Item) -> str:
    """Give the sentence that a test is named after."""
    return in_words(getattr(item, "originalname", None) or item.name)


def pytest_runtest_setup(item: pytest.Item) -> None:
    instead = difference(item)
    if instead and not item.config.getoption("conformance"):
        pytest.skip(f"{sentence(item)}. Google's emulator differs from the service: {instead}")


class _Probe:
    """What ``--conformance`` adds: marks become expectations, outcomes become a table."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._outcomes: list[Outcome] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            mark, server = item.get_closest_marker("documented"), server_of(item)
            if mark is not None and server is not None:
                item.user_properties.append(
                    (_KEY, [*mark.args, sentence(item), server, difference(item)])
                )

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Expect a failure of the test itself, not of its fixtures."""
        mark = item.get_closest_marker("differs")
        if mark is not None and difference(item):
            item.add_marker(
                pytest.mark.xfail(reason=difference(item), strict=mark.kwargs["always"])
            )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = dict(report.user_properties).get(_KEY)
        if isinstance(told, list) and (report.when == "call" or not report.passed):
            where, address, words, server, instead = told
            outcome = Outcome(where, address, words, server, _result(report), instead)
            self._outcomes.append(outcome)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        table = rows(self._outcomes)
        terminalreporter.section("conformance")
        for line in [*as_text(table), "", *summary(table), *self._written(table)]:
            terminalreporter.write_line(line)

    def _written(self, table: list[Row]) -> Iterator[str]:
        path = self._config.getoption("conformance_page")
        if path is None:
            return
        if unsettled := sum(not row.settled for row in table):
            yield f"{path} stays as it is: {unsettled} sentences FAIL or are not here on a server"
            return
        path.write_text(page(table, Versions.here()), encoding="utf-8")
        yield f"written to {path}"


def _result(report: pytest.TestReport) -> Result:
    if hasattr(report, "wasxfail"):
        return "differs"
    results: dict[str, Result] = {"passed": "pass", "failed": "FAIL", "skipped": "not here"}
    return results[report.outcome]
