"""`churn what-if`: what would be decided if another model scored."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from consumer.settings import Settings
from tools.errors import BadInput
from tools.options import Config
from tools.replay import arguments as given
from tools.replay.opening import Asked, open_source
from tools.replay.selection import Selection
from tools.terminal import interruption, settings_of, told_when_interrupted
from tools.what_if.chosen import chosen
from tools.what_if.document import document
from tools.what_if.findings import About, Findings, findings
from tools.what_if.opened import Named, asking, contenders, work_of
from tools.what_if.play import play
from tools.what_if.progress import shown
from tools.what_if.screen import show

MOST_PROCESSES: Final = 64
CORES: Final = min(os.cpu_count() or 1, MOST_PROCESSES)

REPLAY: Final = "what-if"
"""Stands for the id of a replay, which nothing of a comparison carries."""

Candidate = Annotated[
    str, typer.Option(metavar="MODEL", help="The other model: a path or gs://bucket/object.")
]
Current = Annotated[
    str | None,
    typer.Option(metavar="MODEL", help="What it is compared with; else the settings' model."),
]
Threshold = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="Of the current model; else the settings', else its own."),
]
CandidateThreshold = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="Of the candidate; else the settings', else its own."),
]
Html = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the report as one HTML page, too.")
]
Processes = Annotated[
    int, typer.Option(min=1, max=MOST_PROCESSES, help="How many score; else one a core.")
]


def what_if(
    *,
    source: given.Sources,
    candidate: Candidate,
    current: Current = None,
    threshold: Threshold = None,
    candidate_threshold: CandidateThreshold = None,
    html: Html = None,
    since: given.Since = None,
    until: given.Until = None,
    customer: given.Customers = None,
    where: given.Where = None,
    limit: given.Limit = None,
    sample: given.Sample = 1.0,
    as_of: given.AsOf = False,
    subscription: given.SubscriptionName = None,
    topic: given.RetainedTopic = None,
    from_time: given.From = None,
    snapshot: given.Snapshot = None,
    processes: Processes = CORES,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON object.")] = False,
) -> None:
    """Score messages of the past by two models, and report what would change.

    Nothing is published, and nothing is written but the report. Fields that an event does not
    carry come from today's database; with --as-of the history gives what the model saw then.
    Decisions are compared by the thresholds alone, without crossings and cool-downs.

    Example: churn what-if events.jsonl --candidate model/ChurnModelFinal.pkl --html what-if.html

    Example: churn what-if history --as-of --candidate gs://models/candidate.pkl --json
    """
    _require_a_place_for(html)
    settings = settings_of(config)
    asked = given.asked_of(
        settings,
        source,
        as_of=as_of,
        subscription=subscription,
        topic=topic,
        since=from_time,
        snapshot=snapshot,
    )
    selection = given.selection_of(
        since=since, until=until, customers=customer, where=where, sample=sample
    )
    with told_when_interrupted(), interruption() as ending:
        found, seconds = _compare(
            settings,
            asked,
            selection,
            limit,
            current=(current, threshold),
            candidate=(candidate, candidate_threshold),
            processes=processes,
            check=ending.check,
        )
        _report(found, seconds, html, as_json=as_json)


def _require_a_place_for(html: Path | None) -> None:
    """Complain before the work is done, not after it."""
    if html is not None and not html.parent.is_dir():
        raise BadInput(f"{html}: there is no directory {html.parent}: make it, or write elsewhere")


def _compare(
    settings: Settings,
    asked: Asked,
    selection: Selection,
    limit: int | None,
    *,
    current: tuple[str | None, float | None],
    candidate: Named,
    processes: int,
    check: Callable[[], object],
) -> tuple[Findings, float]:
    """Score by both models; give what was found, and the seconds that scoring took."""
    pair = contenders(settings, current, candidate)
    now = datetime.now(UTC)
    with (
        open_source(asked, settings, replay_id=REPLAY, started=now, check=check) as source,
        shown(source.total, clock=time.monotonic) as advance,
    ):
        on_crossing = settings.alerts.policy == "crossing"
        about = About(source.name, asked.as_of_then, now, *pair, on_crossing)
        items = chosen(source.entries(), selection, limit)
        played = play(
            items, work_of(settings, about), processes=processes, advance=advance, check=check
        )
    return findings(played.tally, about, asking(settings)), played.seconds


def _report(found: Findings, seconds: float, html: Path | None, *, as_json: bool) -> None:
    if html is not None:
        # Imported here: matplotlib takes half a second.
        from tools.what_if.page import page  # noqa: PLC0415

        html.write_text(page(found), encoding="utf-8")
    if as_json:
        typer.echo(document(found, seconds))
    else:
        show(found, Console(highlight=False))
        typer.echo(f"scored in {seconds:.1f} s ({found.messages / seconds:,.0f} messages/s)")
