"""`churn drift`: how far the scores and inputs of the history have moved from the training."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import orjson
import sqlalchemy
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from consumer.database import open_database
from consumer.drift import Layout
from consumer.history import require_schema
from consumer.model.digest import verify_digest
from consumer.model.manifest import read_manifest
from consumer.model.source import fetch
from consumer.settings import Settings
from schemas.manifest import DriftReference, Manifest
from schemas.moments import rfc3339
from tools.drift_history import Period, count, scored_within
from tools.drift_report import Reading, readings
from tools.errors import BadInput
from tools.options import Config, moment
from tools.terminal import progress, settings_of

DEFAULT: Final = timedelta(days=7)
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC) + DEFAULT
_STATEMENT_TIMEOUT_MS: Final = 600_000
"""Counting takes longer than a worker's statement may."""
_SHOWN: Final = 12


def drift(
    since: Annotated[
        datetime | None,
        typer.Option(
            parser=moment, metavar="TIME", help="Scored from then on; else 7 days before --until."
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="TIME", help="Scored before then; else now."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="URI",
            help="Another model to compare with; else the one that the settings name.",
        ),
    ] = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON object.")] = False,
) -> None:
    """Compare the score history with what the model was trained on (PSI), feature by feature.

    Below 0.1 a feature is stable, from 0.1 on watch it, from 0.2 on act: look what moved, and train
    anew. Inputs are those of all events in the time, scores those of the model alone; replays are
    left out. Exits with 0 whatever it finds.

    Example: churn drift --since 2024-05-01T00:00:00Z
    """
    settings = settings_of(config)
    period = _period(since, until)
    _require_history(settings)
    manifest, reference = _reference(settings, model)
    layout = Layout.of(reference, [column.name for column in manifest.columns])
    patient = settings.postgresql.model_copy(update={"statement_timeout_ms": _STATEMENT_TIMEOUT_MS})
    with open_database(patient, settings.cloudsql) as database:
        found = look(database.engine, period, layout, manifest.sha256)
    if as_json:
        typer.echo(orjson.dumps(_document(manifest, period, found)).decode())
    else:
        Console(highlight=False).print(table(manifest, period, found))


def look(
    engine: sqlalchemy.Engine, period: Period, layout: Layout, sha256: str
) -> Sequence[Reading]:
    """Read the history of a period.

    Raises:
        BadInput: nothing was scored in it.
        ChurnError: the database is away, or its tables are missing.
    """
    require_schema(engine)
    scored = scored_within(engine, period)
    if scored is None:
        raise BadInput(
            f"the history holds no event that was scored between {rfc3339(period.since)} and "
            f"{rfc3339(period.until)}: give another --since or --until"
        )
    slices = list(scored.slices())
    return readings(layout, count(engine, progress(slices, "counting"), layout, sha256))


def _period(since: datetime | None, until: datetime | None) -> Period:
    end = until or datetime.now(UTC)
    begin = since or max(end, _EARLIEST) - DEFAULT
    if begin >= end:
        raise typer.BadParameter("--since must be before --until")
    return Period(begin, end)


def _require_history(settings: Settings) -> None:
    if not settings.history.enabled:
        raise BadInput(
            "the score history is off, so there is nothing to read: set history.enabled to true, "
            "here and for the workers; without it look at their metric churn_drift_psi"
        )


def _reference(settings: Settings, model: str | None) -> tuple[Manifest, DriftReference]:
    stored = fetch(model or settings.model_location)
    manifest = read_manifest(stored)
    verify_digest(stored, manifest, None if model else settings.model.sha256)
    if manifest is None or manifest.drift is None:
        raise BadInput(
            f"{stored.uri} does not say what it was trained on, so drift cannot be measured: train "
            "it by this version of `churn train`, or name another model by --model"
        )
    return manifest, manifest.drift


def _document(manifest: Manifest, period: Period, found: Sequence[Reading]) -> dict[str, object]:
    return {
        "model": {
            "name": manifest.name,
            "version": manifest.version,
            "sha256": manifest.sha256,
        },
        "since": rfc3339(period.since),
        "until": rfc3339(period.until),
        "features": [asdict(each) for each in found],
    }


def table(manifest: Manifest, period: Period, found: Sequence[Reading]) -> Table:
    """Lay the readings out, a row a feature."""
    shown = Table(
        *("feature", "PSI", "verdict", "events", "moved most", "training", "now"),
        title=escape(
            f"{manifest.name} {manifest.version} ({manifest.sha256[:_SHOWN]})\n"
            f"scored {rfc3339(period.since)} to {rfc3339(period.until)}"
        ),
        caption="PSI below 0.1: stable; from 0.1: watch; from 0.2: act",
    )
    for each in found:
        shown.add_row(*_row(each))
    return shown


def _row(reading: Reading) -> Sequence[str]:
    if reading.psi is None:
        return (reading.feature, "-", reading.verdict, "0", "-", "-", "-")
    return (
        reading.feature,
        f"{reading.psi:.3f}",
        reading.verdict,
        str(reading.events),
        escape(reading.bin),
        f"{reading.expected:.1%}",
        f"{reading.actual:.1%}",
    )
