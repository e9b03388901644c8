"""Everything that is said of a model's quality: metrics, intervals, slices, what matters."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sklearn.metrics import roc_auc_score

from tools.training.evaluation import Evaluation, Progress, silent
from tools.training.intervals import Interval, intervals
from tools.training.measures import Calibration, calibration, measures
from tools.training.slices import slices
from tools.training.table import TrainingTable
from tools.training.threshold import Flags

MIN_OF_A_CLASS: Final = 10
"""A slice with fewer who left, or who stayed, says nothing: only its size is told."""

SEED: Final = 0
"""Of draws and permutations: the same model is always judged alike."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Metrics of some customers."""

    customers: int
    churn_share: float
    metrics: dict[str, float]
    """Empty where there are too few."""
    intervals: dict[str, Interval]


@dataclass(frozen=True, slots=True)
class Report:
    """What a cross-validation says of a model, out of fold."""

    everybody: Quality
    slices: dict[str, dict[str, Quality]]
    """By what is parted and the name of the part."""
    calibration: Calibration
    importance: dict[str, float]
    """How much ROC AUC is lost on unseen customers when a column is shuffled; largest first."""


def report(
    table: TrainingTable, evaluation: Evaluation, *, progress: Progress[Any] = silent
) -> Report:
    """Judge a cross-validated model.

    Args:
        table: the customers.
        evaluation: of the same customers.
        progress: sees the slices go by.
    """
    parts = slices(table.frame)
    flat = [(title, name, who) for title, named in parts.items() for name, who in named.items()]
    judged: dict[str, dict[str, Quality]] = {title: {} for title in parts}
    for title, name, who in progress(flat, len(flat)):
        judged[title][name] = _quality(table, evaluation, who)
    return Report(
        everybody=_quality(table, evaluation, np.ones(len(table.churned), dtype=bool)),
        slices=judged,
        calibration=calibration(table.churned, evaluation.probabilities),
        importance=_importance(table, evaluation),
    )


def _quality(table: TrainingTable, evaluation: Evaluation, who: Flags) -> Quality:
    churned = table.churned[who]
    size, share = len(churned), float(churned.mean())
    if min(churned.sum(), (~churned).sum()) < MIN_OF_A_CLASS:
        return Quality(size, share, {}, {})
    scores, alerts = evaluation.scores[:, who], evaluation.alerts[:, who]
    return Quality(
        customers=size,
        churn_share=share,
        metrics=measures(churned, scores, alerts),
        intervals=intervals(churned, scores, alerts, seed=SEED),
    )


def _importance(table: TrainingTable, evaluation: Evaluation) -> dict[str, float]:
    random = np.random.default_rng(SEED)
    lost: dict[str, list[float]] = {feature.column: [] for feature in table.columns}
    for fold, model in evaluation.first:
        unseen, churned = table.frame.iloc[fold.unseen], table.churned[fold.unseen]
        whole = roc_auc_score(churned, model.predict_proba(unseen)[:, 1])
        for name, losses in lost.items():
            shuffled = unseen.assign(**{name: random.permutation(unseen[name].to_numpy())})
            losses.append(whole - roc_auc_score(churned, model.predict_proba(shuffled)[:, 1]))
    means = {name: float(np.mean(losses)) for name, losses in lost.items()}
    return dict(sorted(means.items(), key=lambda item: -item[1]))
