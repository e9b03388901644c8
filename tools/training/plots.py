"""The plots of a trained model, as PNG."""

from typing import Final

import numpy as np
from sklearn.metrics import precision_recall_curve

from tools.drawing import empty, rendered
from tools.training.quality import Report
from tools.training.threshold import Flags, Floats
from tools.training.trained import TrainedModel

GROUPS: Final = 10
"""Equally large groups of customers, by score, in which scores are compared with the truth."""

BINS: Final = 40


def plots(trained: TrainedModel, judged: Report) -> dict[str, bytes]:
    """Draw every plot; file name to content."""
    churned, scores = trained.table.churned, trained.evaluation.probabilities
    threshold = trained.manifest.threshold
    return {
        "precision_recall.png": _precision_recall(churned, scores, threshold),
        "calibration.png": _calibration(churned, scores),
        "score_histogram.png": _histogram(churned, scores, threshold),
        "importance.png": _importance(judged.importance),
    }


def _precision_recall(churned: Flags, scores: Floats, threshold: float) -> bytes:
    precision, recall, thresholds = precision_recall_curve(churned, scores)
    chosen = int(np.searchsorted(thresholds, threshold).clip(0, len(recall) - 1))
    figure, axes = empty("Precision and recall, out of fold", "recall", "precision")
    axes.plot(recall, precision, linewidth=1.5)
    axes.plot(recall[chosen], precision[chosen], "o", label=f"threshold {threshold:.3f}")
    axes.axhline(float(churned.mean()), linestyle=":", color="grey", label="alerts at random")
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.legend()
    return rendered(figure, "png")


def _calibration(churned: Flags, scores: Floats) -> bytes:
    groups = np.array_split(np.argsort(scores, kind="stable"), GROUPS)
    told = [float(scores[group].mean()) for group in groups]
    seen = [float(churned[group].mean()) for group in groups]
    error = [1.96 * np.sqrt(p * (1 - p) / len(g)) for p, g in zip(seen, groups, strict=True)]
    figure, axes = empty("Calibration, out of fold", "mean probability", "share that left")
    axes.plot((0, 1), (0, 1), linestyle=":", color="grey", label="perfect")
    axes.errorbar(told, seen, yerr=error, marker="o", capsize=3, label="tenths of the customers")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.legend()
    return rendered(figure, "png")


def _histogram(churned: Flags, scores: Floats, threshold: float) -> bytes:
    figure, axes = empty("Scores, out of fold", "probability", "customers")
    edges = np.linspace(0, 1, BINS + 1).tolist()
    axes.hist([scores[~churned], scores[churned]], edges, stacked=True, label=("stayed", "left"))
    axes.axvline(threshold, linestyle="--", color="black", label=f"threshold {threshold:.3f}")
    axes.legend()
    return rendered(figure, "png")


def _importance(importance: dict[str, float]) -> bytes:
    figure, axes = empty("What the model looks at", "ROC AUC lost when shuffled", "")
    axes.barh(list(importance)[::-1], list(importance.values())[::-1])
    return rendered(figure, "png")
