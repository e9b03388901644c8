"""`churn train`: train a model on the two tables, and put it where workers read it."""

import getpass
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import orjson
import typer

from consumer.database import open_database
from consumer.model.bucket import BlobLocation
from consumer.settings import load_settings
from tools.errors import BadInput
from tools.options import Config
from tools.tables_csv import CustomerRow, IndicatorsRow, read_customers, read_indicators
from tools.terminal import progress
from tools.training import TrainedModel, train_model, write_model
from tools.training.database import read_tables
from tools.training.evaluation import REPEATS
from tools.training.push import Pushed, push_model

T = TypeVar("T")
Rows = tuple[list[CustomerRow], list[IndicatorsRow]]

STATEMENT_TIMEOUT_MS = 600_000
"""Reading whole tables takes longer than a worker's lookup may."""

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def train(
    *,
    customers: Annotated[
        Path | None, typer.Option("-c", "--customers", help="CSV of customers.")
    ] = None,
    indicators: Annotated[
        Path | None, typer.Option("-i", "--indicators", help="CSV of indicators.")
    ] = None,
    from_database: Annotated[
        bool, typer.Option("--from-database", help="Read the tables of the database instead.")
    ] = False,
    config: Config = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="Directory to write into.")],
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Day to count tenure to; without it DATE_ENTREE is left out of the model.",
        ),
    ] = None,
    name: Annotated[str, typer.Option(help="Name of the model and its file.")] = "ChurnModelFinal",
    version: Annotated[
        str | None, typer.Option(help="Version of the model; without it the time of training.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same model.")] = 0,
    repeats: Annotated[
        int, typer.Option(min=1, help="How often the cross-validation is repeated.")
    ] = REPEATS,
    push: Annotated[
        str | None,
        typer.Option(
            metavar="gs://BUCKET/BLOB",
            help="Upload pickle and manifest there; a blob that ends in / gets NAME.pkl.",
        ),
    ] = None,
    pushed_by: Annotated[
        str | None, typer.Option(help="Who pushes, for the promotion log; else the user's name.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON object.")] = False,
) -> None:
    """Train a model; write NAME.pkl, its manifest, metrics.json, plots and model_card.html.

    Quality is measured by five-fold cross-validation, three times over. The model card is one page
    that needs no network; the manifest belongs beside the pickle wherever that goes. --push puts
    both where workers read them, and adds a line to the promotion log beside them.

    Example: churn train -c customer.csv -i indicators.csv -o model --as-of 2021-01-01
    """
    _check_name(name)
    target = None if push is None else _target(push, name)
    rows = _rows(customers, indicators, config, from_database=from_database)
    trained = train_model(
        *rows,
        as_of=_day(as_of),
        name=name,
        version=version or f"{_now():%Y%m%dT%H%M%SZ}",
        seed=seed,
        clock=_now,
        repeats=repeats,
        progress=_cross_validating,
    )
    path = write_model(trained, output, progress=_judging)
    pushed = None
    if target is not None:
        pushed = push_model(trained, target, by=pushed_by or _user(), clock=_now)
    typer.echo(_report(trained, path, pushed, as_json=as_json))


def _check_name(name: str) -> None:
    if not _FILE_NAME.fullmatch(name):
        raise typer.BadParameter(
            "must be letters, digits, dots, dashes and underscores", param_hint="--name"
        )


def _target(uri: str, name: str) -> BlobLocation:
    """Understand where to push before anything is trained.

    Raises:
        BadSettings: it is no ``gs://bucket/blob``.
    """
    return BlobLocation.parse(f"{uri}{name}.pkl" if uri.endswith("/") else uri)


def _rows(
    customers: Path | None, indicators: Path | None, config: Path | None, *, from_database: bool
) -> Rows:
    if from_database and customers is None and indicators is None:
        settings = load_settings(config)
        patient = settings.postgresql.model_copy(
            update={"statement_timeout_ms": STATEMENT_TIMEOUT_MS}
        )
        with open_database(patient, settings.cloudsql) as database:
            return read_tables(database.engine)
    if from_database or customers is None or indicators is None:
        raise BadInput("give the two files, -c and -i, or --from-database alone")
    return list(read_customers(customers)), list(read_indicators(indicators))


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _now() -> datetime:
    return datetime.now(UTC)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "unknown"


def _cross_validating(fits: Iterable[T], total: int) -> Iterable[T]:
    return progress(fits, "cross-validating", total)


def _judging(parts: Iterable[T], total: int) -> Iterable[T]:
    return progress(parts, "judging parts of the customers", total)


def _report(trained: TrainedModel, path: Path, pushed: Pushed | None, *, as_json: bool) -> str:
    manifest = trained.manifest
    if as_json:
        about = {
            "path": str(path),
            "name": manifest.name,
            "version": manifest.version,
            "sha256": manifest.sha256,
            "threshold": manifest.threshold,
            "metrics": trained.metrics,
            "pushed": pushed,
        }
        return orjson.dumps(about).decode()
    metrics = trained.metrics
    gone = f"\npushed to {pushed.uri}, generation {pushed.generation}" if pushed else ""
    return (
        f"{path}: {manifest.name} {manifest.version}, trained on "
        f"{metrics['customers']:.0f} customers\n"
        f"F1 {metrics['f1']:.3f}, ROC AUC {metrics['roc_auc']:.3f}, precision "
        f"{metrics['precision']:.3f} and recall {metrics['recall']:.3f} at the threshold "
        f"{manifest.threshold:.3f}{gone}"
    )
