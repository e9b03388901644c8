"""One training from rows to a pickle with its manifest."""

import hashlib
import pickle
import platform
from collections.abc import Callable, Iterable
from datetime import date, datetime
from importlib.metadata import version as installed
from typing import Any, Final

from threadpoolctl import threadpool_limits

from schemas.manifest import Manifest, Versions
from tools.tables_csv import CustomerRow, IndicatorsRow
from tools.training.drift import drift_reference
from tools.training.evaluation import REPEATS, Progress, evaluate, silent
from tools.training.intervals import f1_bar
from tools.training.pipeline import fit
from tools.training.references import golden_rows, model_columns
from tools.training.table import training_table
from tools.training.trained import TrainedModel

PICKLE_PROTOCOL: Final = 5
"""Fixed, so that a newer Python gives the same bytes."""


def train_model(
    customers: Iterable[CustomerRow],
    indicators: Iterable[IndicatorsRow],
    *,
    as_of: date | None,
    name: str,
    version: str,
    seed: int,
    clock: Callable[[], datetime],
    repeats: int = REPEATS,
    progress: Progress[Any] = silent,
) -> TrainedModel:
    """Cross-validate, choose the threshold, and fit on every labelled customer.

    The same rows, seed and package versions give the same pickle, byte for byte.

    Args:
        customers: rows of the customer table.
        indicators: rows of the indicators table, with the label.
        as_of: the day to count tenure to; None leaves ``DATE_ENTREE`` out of the model.
        name: the model's name, as alerts carry it.
        version: the model's version, as alerts carry it.
        seed: of the folds and the gaps.
        clock: tells when the manifest was made, with a time zone.
        repeats: how often the five-fold cross-validation is repeated.
        progress: sees the fits of the cross-validation go by.

    Raises:
        BadInput: too few customers churned, or too few stayed.
    """
    table = training_table(customers, indicators, as_of=as_of)
    with threadpool_limits(limits=1):  # sums in one order on every machine
        evaluation = evaluate(table, seed=seed, repeats=repeats, progress=progress)
        estimator = fit(table.columns, table.frame, table.churned, seed)
        golden = golden_rows(table, estimator, seed)
    content = pickle.dumps(estimator, protocol=PICKLE_PROTOCOL)
    manifest = Manifest(
        name=name,
        version=version,
        sha256=hashlib.sha256(content).hexdigest(),
        versions=_versions(),
        columns=model_columns(table),
        threshold=evaluation.threshold,
        metrics=evaluation.metrics,
        trained_as_of=as_of,
        training_data_sha256=table.sha256,
        created_at=clock(),
        golden=golden,
        seed=seed,
        f1_bar=f1_bar(table.churned, evaluation.alerts),
        drift=drift_reference(table, evaluation.probabilities),
    )
    return TrainedModel(content, manifest, table, evaluation)


def _versions() -> Versions:
    return Versions(
        python=platform.python_version(),
        numpy=installed("numpy"),
        pandas=installed("pandas"),
        scikit_learn=installed("scikit-learn"),
    )
