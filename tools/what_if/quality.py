"""How right each model is where it is known who left, and what chance may have done to that.

Customers are drawn anew with replacement (Efron and Tibshirani, "An Introduction to the Bootstrap",
percentile intervals). All that counts of a customer is whether it left and whether each model
alerts, so drawing customers is drawing how many there are of each of the eight kinds.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tools.training.intervals import LEVEL, Interval

DRAWS: Final = 2_000
FEW: Final = 30
"""With fewer leavers, or fewer who stay, an interval would promise too much."""

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Kinds = NDArray[Any]
"""Customers by left, current, candidate (0 or 1 each); shape ``(…, 2, 2, 2)``."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One metric of both models."""

    current: float
    candidate: float
    current_interval: Interval | None
    """None with too few customers."""
    candidate_interval: Interval | None
    difference_interval: Interval | None
    """Of the candidate's value minus the current one's, over the same draws."""

    @property
    def difference(self) -> float:
        """By how much the candidate's value is higher."""
        return self.candidate - self.current


@dataclass(frozen=True, slots=True)
class Quality:
    """How right the models are about customers of whom it is known whether they left."""

    customers: int
    left: int
    metrics: dict[str, Measured]
    """``f1``, ``precision`` and ``recall``."""

    @property
    def is_enough(self) -> bool:
        """Whether there are enough customers of both kinds to compare models by them."""
        return min(self.left, self.customers - self.left) >= FEW


def quality(left: Flags, current: Flags, candidate: Flags) -> Quality | None:
    """Measure both models.

    Args:
        left: whether each customer left, shape ``(n,)``.
        current: whether the current model alerts about it.
        candidate: whether the candidate does.

    Returns:
        None where nobody left, or nobody is known: no model could be right.
    """
    if not left.any():
        return None
    kind = 4 * left.astype(np.int64) + 2 * current + candidate
    counts = np.bincount(kind, minlength=8)
    values = _metrics(counts.reshape(2, 2, 2))
    enough = min(left.sum(), (~left).sum()) >= FEW
    drawn = _drawn(counts) if enough else None
    measured = {
        name: _measured(both, drawn[name] if drawn else None) for name, both in values.items()
    }
    return Quality(len(left), int(left.sum()), measured)


def _measured(both: Floats, drawn: Floats | None) -> Measured:
    """Put values of shape ``(2,)`` and those of the draws, shape ``(draws, 2)``, together."""
    if drawn is None:
        return Measured(float(both[0]), float(both[1]), None, None, None)
    current, candidate = drawn.T
    return Measured(
        current=float(both[0]),
        candidate=float(both[1]),
        current_interval=_interval(current),
        candidate_interval=_interval(candidate),
        difference_interval=_interval(candidate - current),
    )


def _drawn(counts: NDArray[np.int64]) -> dict[str, Floats]:
    random = np.random.default_rng(0)
    total = int(counts.sum())
    return _metrics(random.multinomial(total, counts / total, DRAWS).reshape(-1, 2, 2, 2))


def _metrics(kinds: Kinds) -> dict[str, Floats]:
    """Compute each metric of both models, shape ``(…, 2)``; 0 of 0 is 0, as in scikit-learn."""
    left, alerted = kinds[..., 1, :, :], kinds.sum(axis=-3)
    hits = np.stack([left[..., 1, :].sum(axis=-1), left[..., :, 1].sum(axis=-1)], axis=-1)
    alerts = np.stack([alerted[..., 1, :].sum(axis=-1), alerted[..., :, 1].sum(axis=-1)], axis=-1)
    leavers = left.sum(axis=(-1, -2))[..., np.newaxis]
    return {
        "f1": _share(2 * hits, alerts + leavers),
        "precision": _share(hits, alerts),
        "recall": _share(hits, leavers + np.zeros_like(hits)),
    }


def _share(part: Kinds, whole: Kinds) -> Floats:
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)


def _interval(drawn: Floats) -> Interval:
    tail = 50 * (1 - LEVEL)
    low, high = np.percentile(drawn, [tail, 100 - tail])
    return Interval(float(low), float(high))
