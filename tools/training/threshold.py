"""Where to put the threshold: where F1 is expected to be best.

F1 counted at each threshold is a ragged curve whose peak is chance. Out-of-fold scores, put right
by a sigmoid, say instead how many of the alerts above a threshold are expected to be hits; the
best threshold of that smooth curve varies by 0.003 between foldings where the counted one varies
by 0.027, and its F1 on other customers is no worse (``docs/model.md``).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_SMALLEST: Final = 1e-9
WEAK_PENALTY: Final = 1e3
"""Only so that a sigmoid on scores without a mistake stays finite."""


def best_threshold(churned: Flags, probabilities: Floats) -> float:
    """Find the threshold with the best expected F1.

    Args:
        churned: shape ``(n,)``.
        probabilities: scores of customers that the model had not seen, shape ``(n,)`` or
            ``(repeats, n)``.
    """
    scores = np.atleast_2d(probabilities)
    truth = np.tile(churned, len(scores))
    return _best_expected(scores.ravel(), _put_right(truth, scores.ravel()))


def log_odds(probabilities: Floats) -> Floats:
    """Turn probabilities into log-odds, infinite ones into large ones."""
    inside = np.clip(probabilities, _SMALLEST, 1 - _SMALLEST)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def _put_right(truth: Flags, scores: Floats) -> Floats:
    odds = log_odds(scores)[:, np.newaxis]
    sigmoid = LogisticRegression(C=WEAK_PENALTY).fit(odds, truth)
    return np.asarray(sigmoid.predict_proba(odds)[:, 1])


def _best_expected(scores: Floats, expected: Floats) -> float:
    """Expected F1 if the first k are alerted: 2 hits / (k + churned)."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(expected[order])
    best = int((2 * hits / (np.arange(1, len(hits) + 1) + hits[-1])).argmax())
    return round(float(scores[order][best]), 6)
