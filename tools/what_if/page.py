"""The report as one HTML page for who owns the model.

Self-contained: images are in it, nothing is loaded from elsewhere, there is no script.
"""

from collections.abc import Iterator
from html import escape

from tools.html import bullets, image, paragraph, table
from tools.what_if import pictures, rows
from tools.what_if.findings import Findings
from tools.what_if.page_style import STYLE
from tools.what_if.rows import Rows
from tools.what_if.summary import Summary, summary
from tools.what_if.words import WHY_LEFT_OUT, change, count, share


def page(found: Findings) -> str:
    """Write the page."""
    said = summary(found)
    title = f"What if {found.about.candidate} replaced {found.about.current}?"
    body = "".join(
        f"<section><h2>{escape(head)}</h2>{content}</section>" for head, content in _sections(found)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>{_note(_where(found))}{_verdict(said)}{_tiles(found)}"
        f"<h2>Before you decide</h2>{bullets(said.look_at) or paragraph('Nothing stands out.')}"
        f"{body}</body></html>\n"
    )


def _where(found: Findings) -> str:
    first, last = (each.date() for each in found.period)
    when = f"of {first}" if first == last else f"from {first} to {last}"
    return (
        f"{count(found.decisions.compared())} events {when}, of {count(found.customers)} "
        "customers, scored by both models; nothing was published."
    )


def _verdict(said: Summary) -> str:
    sentences = (said.verdict, said.changes, said.alerts, said.truth)
    return f'<div class="verdict">{"".join(map(paragraph, sentences))}</div>'


def _tiles(found: Findings) -> str:
    days, decided = found.volume, found.decisions
    f1 = found.quality.metrics["f1"] if found.quality else None
    tiles = (
        (share(decided.changed(), decided.compared()), "of the decisions change"),
        (
            f"{days.mean_candidate - days.mean_current:+,.1f}",
            f"alerts a day ({change(days.mean_current, days.mean_candidate)})",
        ),
        (count(decided.new_alerts()), "new alerts"),
        (count(decided.lost_alerts()), "alerts lost"),
        (f"{f1.difference:+.3f}" if f1 else "unknown", "F1, where it is known who left"),
    )
    cells = (f'<div class="tile"><b>{escape(n)}</b>{escape(what)}</div>' for n, what in tiles)
    return f'<div class="tiles">{"".join(cells)}</div>'


def _sections(found: Findings) -> Iterator[tuple[str, str]]:
    yield (
        "Decisions that change",
        (
            f'<div class="matrix">{_of(rows.decisions(found))}</div>'
            + _note(
                "Rows are what the current model decides, columns what the candidate does; in the "
                "grey cells they agree."
            )
            + _of(rows.countries(found))
            + _of(rows.risks(found))
        ),
    )
    yield (
        "Alerts a day",
        (
            image("alerts a day, both models", pictures.volume_plot(found.volume))
            + _of(rows.volume(found))
            + _note(
                "Days by event time (UTC), those with events; the first and the last may be cut "
                "off. Each event counts, also several of one customer."
            )
        ),
    )
    yield (
        "How far the probabilities differ",
        (
            image("differences of the probabilities", pictures.difference_plot(found.differences))
            + _of(rows.differences(found))
            + _note("Each column is the difference that this share of the events does not exceed.")
        ),
    )
    yield "Where it is known who left", _quality(found)
    yield "The customers that move most", _movers(found)
    yield "What was compared", _compared(found)


def _quality(found: Findings) -> str:
    table_of = rows.quality(found)
    if found.quality is None or table_of is None:
        return paragraph(summary(found).truth)
    return (
        image("F1, precision and recall of both models", pictures.quality_plot(found.quality))
        + _of(table_of)
        + _note(
            f"{count(found.quality.customers)} customers, of whom {count(found.quality.left)} "
            f"left, out of {count(found.customers)}; each counts once, with its newest event. "
            "Whether a customer left is what its newest event that says so says, else what the "
            "database says today. In brackets the 95 % interval over the choice of customers."
        )
    )


def _movers(found: Findings) -> str:
    if not found.movers:
        return paragraph("No customer moves by a hundredth or more.")
    return (
        _note(
            "By the newest event of each customer. The reasons are those of the candidate's score, "
            "strongest first: what the customer has there, and how far that moves the log-odds "
            "from an unremarkable value."
        )
        + f'<div class="movers">{_of(rows.movers(found))}</div>'
    )


def _compared(found: Findings) -> str:
    first, last = found.period
    inputs = (
        "as the score history recorded them at the time of scoring"
        if found.about.as_of
        else "what each event carries; other fields as the database has them today"
    )
    facts = (
        ("Source", found.about.source),
        ("Event time", f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"),
        ("Messages", count(found.messages)),
        (
            "Compared",
            f"{count(found.decisions.compared())} events of {count(found.customers)} customers",
        ),
        *((f"Not compared: {WHY_LEFT_OUT[why]}", count(n)) for why, n in found.left_out.items()),
        ("Inputs", inputs),
        ("Made", f"{found.about.made_at:%Y-%m-%d %H:%M} UTC"),
    )
    return (
        table(("", ""), facts, text=2, long=1)
        + _of(rows.models(found))
        + bullets(each.text for each in found.problems)
        + _note(
            "Decisions are compared by the thresholds alone, without crossings and cool-downs; "
            "critical begins half-way between the threshold and 1."
        )
    )


def _of(each: Rows) -> str:
    return table(each.head, each.rows, text=each.text, long=each.long)


def _note(text: str) -> str:
    return f'<p class="note">{escape(text)}</p>'
