"""How far chance may have moved the metrics: bootstrap over customers.

Customers are drawn anew with replacement, as weights; each metric is computed under each draw
(Efron and Tibshirani, "An Introduction to the Bootstrap", percentile intervals). The models are
not fitted again: the intervals speak of which customers there are to be judged on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.training.threshold import Flags, Floats

LEVEL: Final = 0.95
DRAWS: Final = 400
_AT_ONCE: Final = 50
"""Draws whose weights are in memory together."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Between which values a metric lies with probability :data:`LEVEL`."""

    low: float
    high: float


def intervals(
    churned: Flags, scores: Floats, alerts: Flags, *, seed: int, draws: int = DRAWS
) -> dict[str, Interval]:
    """Give an interval for each metric that depends on who the customers are.

    Args:
        churned: shape ``(n,)``, of both kinds.
        scores: out of fold, shape ``(repeats, n)``.
        alerts: shape ``(repeats, n)``.
        seed: of the draws.
        draws: how many, in steps of fifty.
    """
    parts = [
        _repeated(churned, scores, alerts, weights) for weights in _draws(len(churned), seed, draws)
    ]
    values = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    tail = 50 * (1 - LEVEL)
    return {
        name: Interval(*(float(end) for end in np.nanpercentile(drawn, [tail, 100 - tail])))
        for name, drawn in values.items()
    }


def f1_bar(churned: Flags, alerts: Flags, *, held_out: float = 0.2) -> float:
    """Give the F1 that only one in forty tests on held-out customers would miss by chance.

    Args:
        churned: shape ``(n,)``.
        alerts: shape ``(repeats, n)``.
        held_out: the share of customers that such a test holds out.
    """
    random = np.random.default_rng(0)
    size = max(round(held_out * len(churned)), 1)
    evenly = np.full(len(churned), 1 / len(churned))
    weights = random.multinomial(size, evenly, DRAWS).astype(np.float64)
    drawn = np.mean([_counted(churned, each, weights)["f1"] for each in alerts], axis=0)
    return round(float(np.percentile(drawn, 50 * (1 - LEVEL))), 6)


def _draws(customers: int, seed: int, draws: int) -> Iterator[Floats]:
    random = np.random.default_rng(seed)
    evenly = np.full(customers, 1 / customers)
    for _ in range(draws // _AT_ONCE):
        yield random.multinomial(customers, evenly, _AT_ONCE).astype(np.float64)


def _repeated(churned: Flags, scores: Floats, alerts: Flags, weights: Floats) -> dict[str, Floats]:
    """Average each metric over the repeats; shape ``(draws,)``."""
    repeats = [
        _counted(churned, alerted, weights) | _ranked(churned, score, weights)
        for score, alerted in zip(scores, alerts, strict=True)
    ]
    return {name: np.mean([each[name] for each in repeats], axis=0) for name in repeats[0]}


def _counted(churned: Flags, alerted: Flags, weights: Floats) -> dict[str, Floats]:
    hits, total = weights @ (alerted & churned), weights.sum(axis=1)
    alarms, leavers = weights @ alerted, weights @ churned
    return {
        "f1": _share(2 * hits, alarms + leavers),
        "precision": _share(hits, alarms),
        "recall": _share(hits, leavers),
        "alerts_per_1000": 1000 * alarms / total,
    }


def _ranked(churned: Flags, scores: Floats, weights: Floats) -> dict[str, Floats]:
    """Metrics of the order; equal scores count in the order of customers."""
    order = np.argsort(-scores, kind="stable")
    leavers = weights[:, order] * churned[order]
    stayers = weights[:, order] - leavers
    above, wrongly_above = leavers.cumsum(axis=1), stayers.cumsum(axis=1)
    precision = _share(above, above + wrongly_above)
    squares = (scores - churned) ** 2
    return {
        "roc_auc": _share((stayers * above).sum(axis=1), above[:, -1] * wrongly_above[:, -1]),
        "average_precision": _share((leavers * precision).sum(axis=1), above[:, -1]),
        "brier": weights @ squares / weights.sum(axis=1),
    }


def _share(part: Floats, whole: Floats) -> Floats:
    """Divide; 0 of 0 is 0, as in scikit-learn's metrics with ``zero_division=0``."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
