"""How good the model is on customers that it has not seen, and where to put the threshold."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

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

FOLDS: Final = 5
REPEATS: Final = 3

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

T = TypeVar("T")
Progress = Callable[[Iterable[T], int], Iterable[T]]
"""Hands through what it is given, and may show how far of the stated number it has come."""

_THRESHOLDS: Final = np.linspace(0.05, 0.95, 181)
_SMOOTHING: Final = 9
"""F1 is averaged over this many neighbouring thresholds: its single peak is chance."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a repeated five-fold cross-validation says."""

    threshold: float
    metrics: dict[str, float]
    probabilities: Floats
    """Out of fold, averaged over the repeats; shape ``(n,)``."""


@dataclass(frozen=True, slots=True)
class _Fold:
    repeat: int
    seen: NDArray[np.intp]
    unseen: NDArray[np.intp]


def silent(steps: Iterable[T], _total: int) -> Iterable[T]:
    """Show nothing."""
    return steps


def evaluate(table: TrainingTable, *, seed: int, progress: Progress[_Fold] = silent) -> Evaluation:
    """Cross-validate the model.

    ``f1`` is honest: for each fold the threshold is chosen on the other folds.
    """
    folds = _folds(table.churned, seed)
    out_of_fold = np.empty((REPEATS, len(table.churned)))
    for fold in progress(folds, len(folds)):
        model = fit(table.columns, table.frame.iloc[fold.seen], table.churned[fold.seen], seed)
        scores = model.predict_proba(table.frame.iloc[fold.unseen])[:, 1]
        out_of_fold[fold.repeat, fold.unseen] = scores
    threshold = best_threshold(table.churned, out_of_fold)
    honest = [_honest_f1(table.churned, out_of_fold[fold.repeat], fold) for fold in folds]
    metrics = _metrics(table.churned, out_of_fold, threshold) | {"f1": float(np.mean(honest))}
    return Evaluation(threshold, metrics, out_of_fold.mean(axis=0))


def _folds(churned: Flags, seed: int) -> list[_Fold]:
    return [
        _Fold(repeat, seen, unseen)
        for repeat in range(REPEATS)
        for seen, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=seed + repeat).split(
            churned, churned
        )
    ]


def best_threshold(churned: Flags, probabilities: Floats) -> float:
    """Find the threshold with the best F1, smoothed over its neighbours.

    Args:
        churned: shape ``(n,)``.
        probabilities: shape ``(n,)`` or ``(repeats, n)``.
    """
    repeats = np.atleast_2d(probabilities)
    curve = np.mean([_f1_curve(churned, scores) for scores in repeats], axis=0)
    window = np.ones(_SMOOTHING) / _SMOOTHING
    smooth = np.convolve(curve, window, mode="valid")
    return float(_THRESHOLDS[int(smooth.argmax()) + _SMOOTHING // 2].round(6))


def _f1_curve(churned: Flags, scores: Floats) -> Floats:
    """F1 at every threshold, from sorted scores: 2 TP / (alerts + churned)."""
    alerts = len(scores) - np.searchsorted(np.sort(scores), _THRESHOLDS)
    hits = churned.sum() - np.searchsorted(np.sort(scores[churned]), _THRESHOLDS)
    return np.asarray(2 * hits / (alerts + churned.sum()), dtype=np.float64)


def _honest_f1(churned: Flags, scores: Floats, fold: _Fold) -> float:
    threshold = best_threshold(churned[fold.seen], scores[fold.seen])
    return float(f1_score(churned[fold.unseen], scores[fold.unseen] >= threshold))


def _metrics(churned: Flags, out_of_fold: Floats, threshold: float) -> dict[str, float]:
    def averaged(score: Callable[[Flags, Floats], float]) -> float:
        return float(np.mean([score(churned, scores) for scores in out_of_fold]))

    return {
        "roc_auc": averaged(roc_auc_score),
        "average_precision": averaged(average_precision_score),
        "log_loss": averaged(log_loss),
        "brier": averaged(brier_score_loss),
        "precision": averaged(lambda true, scores: precision_score(true, scores >= threshold)),
        "recall": averaged(lambda true, scores: recall_score(true, scores >= threshold)),
        "customers": float(len(churned)),
        "churn_share": float(churned.mean()),
    }
