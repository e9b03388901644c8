"""The population stability index, and how it is read."""

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Verdict = Literal["stable", "watch", "act", "too few"]
"""How an index is read; ``too few`` events say nothing yet."""

FLOOR: Final = 1e-4
"""The smallest share that counts, for a bin that is empty on one side: its logarithm has no end."""
WATCH: Final = 0.1
ACT: Final = 0.2
FEWEST: Final = 500
"""Events below which chance alone moves the index: with b bins, n events and m rows in training it
is about (b - 1)(1/n + 1/m) where nothing has moved (Yurdakul, "Statistical Properties of Population
Stability Index", 2018)."""


def terms(actual: Floats, expected: Floats) -> Floats:
    """What each bin adds to the index; never negative, and 0 where the shares are equal.

    The population stability index is the sum over all bins of (a - e) ln(a / e), with a the share
    of now and e that of then (Siddiqi, "Credit Risk Scorecards", 2006). Nulls are a bin like any
    other; a share below :data:`FLOOR` counts as that.

    Args:
        actual: shares of now, shape ``(bins,)``.
        expected: shares of then, the same bins.
    """
    now, then = np.maximum(actual, FLOOR), np.maximum(expected, FLOOR)
    return (now - then) * np.log(now / then)


def verdict(index: float, events: int) -> Verdict:
    """Read an index by the usual rule of thumb: below 0.1 nothing, from 0.2 on a shift."""
    if events < FEWEST:
        return "too few"
    if index < WATCH:
        return "stable"
    return "watch" if index < ACT else "act"
