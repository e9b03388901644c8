"""The tables of a report, cell by cell: terminal and page show the same."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tools.what_if.contenders import Contender
from tools.what_if.findings import Findings
from tools.what_if.words import GRADES, change, count, reason, share

Row = Sequence[str]


class Rows(NamedTuple):
    """A table."""

    title: str
    head: Row
    rows: Sequence[Row]
    text: int = 1
    """How many columns from the left are text; the others are numbers."""
    long: int | None = None
    """Which column holds sentences, and may be broken into lines."""


def all_but_models(found: Findings) -> Iterator[Rows]:
    """Give every table that says something, in the order of a report."""
    yield decisions(found)
    yield countries(found)
    yield risks(found)
    yield volume(found)
    yield differences(found)
    if (measured := quality(found)) is not None:
        yield measured
    if found.movers:
        yield movers(found)


def models(found: Findings) -> Rows:
    """Which two models were compared."""
    sides = (("current", found.about.current), ("candidate", found.about.candidate))
    head = ("", "name", "version", "SHA-256", "threshold", "F1 in training")
    return Rows("Models", head, [(name, *_model(side)) for name, side in sides], text=4, long=3)


def _model(side: Contender) -> Row:
    reference, trained = side.model.reference, side.f1_in_training
    return (
        reference.name,
        reference.version,
        reference.sha256,
        f"{side.threshold:g}",
        "-" if trained is None else f"{trained:.3f}",
    )


def decisions(found: Findings) -> Rows:
    """Events by what each model decides about them: from (rows) to (columns)."""
    counted = found.decisions.decisions
    rows = []
    for current in GRADES:
        cells = [
            sum(n for (_, old, new), n in counted.items() if (old, new) == (current, candidate))
            for candidate in GRADES
        ]
        rows.append((f"now {current}", *map(count, [*cells, sum(cells)])))
    head = ("", *(f"then {grade}" for grade in GRADES), "all now")
    return Rows("Decisions", head, [*rows, ("all then", *_then(found))])


def _then(found: Findings) -> Iterator[str]:
    for grade in GRADES:
        yield count(sum(n for (_, _, new), n in found.decisions.decisions.items() if new == grade))
    yield count(found.decisions.compared())


def countries(found: Findings) -> Rows:
    """Changed decisions by country."""
    head = ("country", "events", "new alerts", "lost alerts", "risk up", "risk down", "changed")
    rows = [_country(name, found, name) for name in found.decisions.countries()]
    return Rows("By country", head, [*rows, _country("all", found, None)])


def _country(name: str, found: Findings, country: str | None) -> Row:
    decided = found.decisions
    events, changed = decided.compared(country), decided.changed(country)
    counts = (
        events,
        decided.new_alerts(country),
        decided.lost_alerts(country),
        decided.raised(country),
        decided.lowered(country),
    )
    return (name, *map(count, counts), f"{count(changed)} ({share(changed, events)})")


def risks(found: Findings) -> Rows:
    """How many events of each risk there are, now and then."""
    rows = []
    for grade in GRADES:
        now = sum(n for (_, old, _), n in found.decisions.decisions.items() if old == grade)
        then = sum(n for (_, _, new), n in found.decisions.decisions.items() if new == grade)
        rows.append((grade, count(now), count(then), f"{then - now:+,}", change(now, then)))
    return Rows("By risk", ("risk", "current", "candidate", "difference", "in %"), rows)


def volume(found: Findings) -> Rows:
    """Alerts a day."""
    days = found.volume
    peaks = (days.peak_current, days.peak_candidate)
    rows = [
        ("mean", f"{days.mean_current:,.1f}", f"{days.mean_candidate:,.1f}"),
        ("busiest day", *(f"{count(peak.alerts)} ({peak.date})" for peak in peaks)),
    ]
    return Rows("Alerts a day", ("", "current", "candidate"), rows)


def differences(found: Findings) -> Rows:
    """Quantiles of the differences."""
    names = {0.0: "least", 0.5: "median", 1.0: "greatest"}
    quantiles = found.differences.quantiles()
    head = tuple(names.get(each, f"{100 * each:g} %") for each in quantiles)
    cells = tuple(f"{value:+.3f}" for value in quantiles.values())
    mean = f"{found.differences.mean:+.3f}"
    return Rows("Candidate minus current", ("mean", *head), [(mean, *cells)], text=0)


def quality(found: Findings) -> Rows | None:
    """F1, precision and recall; None where the truth is not known."""
    if found.quality is None:
        return None
    rows = []
    for name, each in found.quality.metrics.items():
        sides = (
            (f"{each.current:.3f}", each.current_interval),
            (f"{each.candidate:.3f}", each.candidate_interval),
            (f"{each.difference:+.3f}", each.difference_interval),
        )
        cells = [
            value if span is None else f"{value} ({span.low:.3f} to {span.high:.3f})"
            for value, span in sides
        ]
        rows.append(({"f1": "F1"}.get(name, name), *cells))
    title = f"Where it is known who left: {count(found.quality.customers)} customers"
    return Rows(title, ("", "current", "candidate", "difference"), rows)


def movers(found: Findings) -> Rows:
    """The customers who move most."""
    head = (
        "customer",
        "event time",
        "decision",
        "why, says the candidate",
        "current",
        "candidate",
        "difference",
    )
    rows = [
        (
            str(each.id_client),
            f"{each.event_time:%Y-%m-%d %H:%M}",
            each.after if each.before == each.after else f"{each.before} → {each.after}",
            ", ".join(map(reason, each.reasons)) or "-",
            f"{each.current:.3f}",
            f"{each.candidate:.3f}",
            f"{each.difference:+.3f}",
        )
        for each in found.movers
    ]
    return Rows("Customers that move most", head, rows, text=4, long=3)
