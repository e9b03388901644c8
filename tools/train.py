"""`churn train`: train a model on two CSV files."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import orjson
import typer

from tools.options import CustomersCsv, IndicatorsCsv
from tools.tables_csv import read_customers, read_indicators
from tools.terminal import progress
from tools.training import TrainedModel, train_model, write_model
from tools.training.evaluation import REPEATS

T = TypeVar("T")

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def train(
    *,
    customers: CustomersCsv,
    indicators: IndicatorsCsv,
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
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON object.")] = False,
) -> None:
    """Train a model; write NAME.pkl, its manifest, metrics.json, plots and model_card.html.

    Quality is measured by five-fold cross-validation, three times over. The model card is one page
    that needs no network; the manifest belongs beside the pickle wherever that goes.

    Example: churn train -c customer.csv -i indicators.csv -o model --as-of 2021-01-01
    """
    if not _FILE_NAME.fullmatch(name):
        raise typer.BadParameter(
            "must be letters, digits, dots, dashes and underscores", param_hint="--name"
        )
    trained = train_model(
        list(read_customers(customers)),
        list(read_indicators(indicators)),
        as_of=_day(as_of),
        name=name,
        version=version or f"{_now():%Y%m%dT%H%M%SZ}",
        seed=seed,
        clock=_now,
        repeats=repeats,
        progress=_cross_validating,
    )
    path = write_model(trained, output, progress=_judging)
    typer.echo(_report(trained, path, as_json=as_json))


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _now() -> datetime:
    return datetime.now(UTC)


def _cross_validating(fits: Iterable[T], total: int) -> Iterable[T]:
    return progress(fits, "cross-validating", total)


def _judging(parts: Iterable[T], total: int) -> Iterable[T]:
    return progress(parts, "judging parts of the customers", total)


def _report(trained: TrainedModel, path: Path, *, as_json: bool) -> str:
    manifest = trained.manifest
    if as_json:
        about = {
            "path": str(path),
            "name": manifest.name,
            "version": manifest.version,
            "sha256": manifest.sha256,
            "threshold": manifest.threshold,
            "metrics": trained.metrics,
        }
        return orjson.dumps(about).decode()
    metrics = trained.metrics
    return (
        f"{path}: {manifest.name} {manifest.version}, trained on "
        f"{metrics['customers']:.0f} customers\n"
        f"F1 {metrics['f1']:.3f}, ROC AUC {metrics['roc_auc']:.3f}, precision "
        f"{metrics['precision']:.3f} and recall {metrics['recall']:.3f} at the threshold "
        f"{manifest.threshold:.3f}"
    )
