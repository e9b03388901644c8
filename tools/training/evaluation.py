"""How good the model is on customers that it has not seen, and where to put the threshold."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from tools.training.measures import measures
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
    metrics = measures(table.churned, scores, alerts)
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
