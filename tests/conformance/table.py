"""The conformance table: which sentence of the documentation holds on which server."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Result = Literal["pass", "differs", "FAIL", "not here"]

SERVERS = ("embedded", "official")

_GRAVITY: tuple[Result, ...] = ("FAIL", "differs", "not here", "pass")
"""What counts where the cases of one test end differently: the first of these."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one case of one test ended on one server; ``difference`` is what that does instead."""

    page: str
    address: str
    sentence: str
    server: str
    result: Result
    difference: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence with what the servers do."""

    page: str
    address: str
    sentence: str
    embedded: str
    official: str
    difference: str

    @property
    def settled(self) -> bool:
        """Whether both servers ran and did what the marks say."""
        return self.embedded == "pass" and self.official in {"pass", "differs"}


def rows(outcomes: Iterable[Outcome]) -> list[Row]:
    """Give the table's rows, by page, in the order in which the sentences first came."""
    by_sentence: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        by_sentence.setdefault((outcome.page, outcome.sentence), []).append(outcome)
    found = [_row(cases) for cases in by_sentence.values()]
    return sorted(found, key=lambda row: row.page.lower())


def totals(table: Sequence[Row]) -> dict[str, Counter[str]]:
    """Count the results of each server."""
    return {server: Counter(getattr(row, server) for row in table) for server in SERVERS}


def summary(table: Sequence[Row]) -> list[str]:
    """Say in a line for each server how many of the sentences hold on it."""
    return [
        f"{server}: {counts['pass']} of {len(table)} pass" + _others(counts)
        for server, counts in totals(table).items()
    ]


def as_text(table: Sequence[Row]) -> list[str]:
    """Give the table as lines for a terminal, a heading for each page."""
    lines: list[str] = []
    page = None
    for row in table:
        if row.page != page:
            page = row.page
            lines += ["", page]
        instead = f" ({row.difference})" if row.difference else ""
        lines.append(f"  {row.embedded:8}  {row.official:8}  {row.sentence}{instead}")
    return [f"  {'embedded':8}  {'official':8}  sentence of the documentation", *lines]


def as_markdown(table: Sequence[Row]) -> list[str]:
    """Give the table as lines of Markdown, a section for each page."""
    lines: list[str] = []
    page = None
    for row in table:
        if row.page != page:
            page = row.page
            heading = "| sentence | embedded | official | what the official one does instead |"
            lines += ["", f"## [{page}]({row.address})", "", heading, "|---|---|---|---|"]
        lines.append(f"| {row.sentence} | {row.embedded} | {row.official} | {row.difference} |")
    return lines


def _row(cases: Sequence[Outcome]) -> Row:
    results = {server: _gravest(cases, server) for server in SERVERS}
    differences = dict.fromkeys(case.difference for case in cases if case.difference)
    first = cases[0]
    return Row(
        first.page,
        first.address,
        first.sentence,
        results["embedded"],
        results["official"],
        "; ".join(differences),
    )


def _gravest(cases: Iterable[Outcome], server: str) -> Result:
    results = {case.result for case in cases if case.server == server}
    return next((result for result in _GRAVITY if result in results), "not here")


def _others(counts: Counter[str]) -> str:
    named = [f"{counts[result]} {result}" for result in _GRAVITY[:-1] if counts[result]]
    return "".join(f", {part}" for part in named)
