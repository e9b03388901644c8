"""How far the candidate's probabilities are from the current model's."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.what_if.newest import Ints
from tools.what_if.tally import STEPS

QUANTILES: Final = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)


@dataclass(frozen=True, slots=True)
class Differences:
    """Candidate minus current, over all events that were compared; exact to a thousandth."""

    counts: Ints
    """As :attr:`tools.what_if.tally.Tally.differences`."""

    @property
    def mean(self) -> float:
        """Above 0 the candidate sees more risk."""
        steps = np.arange(-STEPS, STEPS + 1)
        return float(steps @ self.counts / self.counts.sum() / STEPS)

    def quantiles(self) -> dict[float, float]:
        """Give which difference each share of the events does not exceed; 0 is the least."""
        below = np.cumsum(self.counts)
        ranks = [max(1, int(np.ceil(share * below[-1]))) for share in QUANTILES]
        places = np.searchsorted(below, ranks)
        return dict(zip(QUANTILES, ((places - STEPS) / STEPS).tolist(), strict=True))

    def moved(self, by: float) -> float:
        """Give the share of events whose probability differs by at least so much."""
        distance = np.abs(np.arange(-STEPS, STEPS + 1))
        return float(self.counts[distance >= round(by * STEPS)].sum() / self.counts.sum())
