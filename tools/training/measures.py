"""The metrics of scores and alerts, averaged over the repeats of a cross-validation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    f1_score,
    log_loss,
    precision_score,
    recall_score,
    roc_auc_score,
)

from tools.training.threshold import WEAK_PENALTY, Flags, Floats, log_odds


@dataclass(frozen=True, slots=True)
class Calibration:
    """How true the probabilities are, out of fold."""

    slope: float
    """Of a sigmoid fitted to the log-odds: 1 is right, below 1 the scores are too extreme."""
    intercept: float
    """0 is right; above 0 the scores are too low."""


def measures(churned: Flags, scores: Floats, alerts: Flags) -> dict[str, float]:
    """Measure.

    Args:
        churned: shape ``(n,)``, of both kinds.
        scores: out of fold, shape ``(repeats, n)``.
        alerts: shape ``(repeats, n)``.
    """

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


def calibration(churned: Flags, probabilities: Floats) -> Calibration:
    """Fit a sigmoid to the log-odds (Cox, 1958); shapes ``(n,)``."""
    odds = log_odds(probabilities)[:, np.newaxis]
    sigmoid = LogisticRegression(C=WEAK_PENALTY).fit(odds, churned)
    return Calibration(float(sigmoid.coef_[0, 0]), float(sigmoid.intercept_[0]))
