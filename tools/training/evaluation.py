"""How good the model is on customers that it has not seen, and where to put the threshold."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    f1_score,
    log_loss,
    precision_score,
    recall_score,
    roc_auc_score,
)
from sklearn.model_selection import StratifiedKFold

from tools.training.pipeline import fit
from tools.training.table import TrainingTable
from tools.training.threshold import Flags, Floats, best_threshold

FOLDS: Final = 5
REPEATS: Final = 3

T = TypeVar("T")
Progress = Callable[[Iterable[T], int], Iterable[T]]
"""Hands through what it is given, and may show how far of the stated number it has come."""


@dataclass(frozen=True, slots=True)
class Fold:
    """One split of the customers, and the model that saw one side of it."""

    repeat: int
    seen: NDArray[np.intp]
    unseen: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a repeated five-fold cross-validation says."""

    threshold: float
    metrics: dict[str, float]
    scores: Floats
    """Out of fold, shape ``(repeats, n)``."""
    alerts: Flags
    """Alerted at a threshold that was chosen on the other folds; shape ``(repeats, n)``."""
    first: tuple[tuple[Fold, Any], ...] = field(repr=False)
    """The folds of the first repeat, each with its fitted model."""

    @property
    def probabilities(self) -> Floats:
        """Out of fold, averaged over the repeats; shape ``(n,)``."""
        return np.asarray(self.scores.mean(axis=0))


def silent(steps: Iterable[T], _total: int) -> Iterable[T]:
    """Show nothing."""
    return steps


def evaluate(
    table: TrainingTable,
    *,
    seed: int,
    repeats: int = REPEATS,
    progress: Progress[Fold] = silent,
) -> Evaluation:
    """Cross-validate the model.

    F1, precision and recall are honest: for each fold the threshold is chosen on the other folds.

    Args:
        table: the customers.
        seed: of the folds and of the models.
        repeats: how often all customers are dealt into five folds anew.
        progress: sees the folds go by.
    """
    folds = _folds(table.churned, seed, repeats)
    scores = np.empty((repeats, len(table.churned)))
    first = []
    for fold in progress(folds, len(folds)):
        model = fit(table.columns, table.frame.iloc[fold.seen], table.churned[fold.seen], seed)
        scores[fold.repeat, fold.unseen] = model.predict_proba(table.frame.iloc[fold.unseen])[:, 1]
        if fold.repeat == 0:
            first.append((fold, model))
    alerts = _honest_alerts(table.churned, scores, folds)
    metrics = _metrics(table.churned, scores, alerts)
    threshold = best_threshold(table.churned, scores)
    return Evaluation(threshold, metrics, scores, alerts, tuple(first))


def _folds(churned: Flags, seed: int, repeats: int) -> list[Fold]:
    return [
        Fold(repeat, seen, unseen)
        for repeat in range(repeats)
        for seen, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=seed + repeat).split(
            churned, churned
        )
    ]


def _honest_alerts(churned: Flags, scores: Floats, folds: list[Fold]) -> Flags:
    alerts = np.empty(scores.shape, dtype=bool)
    for fold in folds:
        of_repeat = scores[fold.repeat]
        threshold = best_threshold(churned[fold.seen], of_repeat[fold.seen])
        alerts[fold.repeat, fold.unseen] = of_repeat[fold.unseen] >= threshold
    return alerts


def _metrics(churned: Flags, scores: Floats, alerts: Flags) -> dict[str, float]:
    def averaged(metric: Callable[..., float], repeats: Flags | Floats, **how: Any) -> float:
        return float(np.mean([metric(churned, each, **how) for each in repeats]))

    return {
        "f1": averaged(f1_score, alerts, zero_division=0.0),
        "precision": averaged(precision_score, alerts, zero_division=0.0),
        "recall": averaged(recall_score, alerts, zero_division=0.0),
        "roc_auc": averaged(roc_auc_score, scores),
        "average_precision": averaged(average_precision_score, scores),
        "brier": averaged(brier_score_loss, scores),
        "log_loss": averaged(log_loss, scores),
        "alerts_per_1000": float(1000 * alerts.mean()),
        "customers": float(len(churned)),
        "churn_share": float(churned.mean()),
    }
