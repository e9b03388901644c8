"""What counts say of drift, a line a feature."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from consumer.drift import SCORE, Layout
from consumer.drift.layout import Counts
from consumer.drift.psi import Verdict, verdict


@dataclass(frozen=True, slots=True)
class Reading:
    """One feature, then and now."""

    feature: str
    psi: float | None
    """None where no event has it."""
    events: int
    verdict: Verdict
    bin: str
    """What moved most, in share of all events."""
    expected: float
    """Its share in training."""
    actual: float
    """Its share now."""


def readings(layout: Layout, counts: Counts) -> list[Reading]:
    """Read counts: the score first, then the features, what drifted most first."""
    found = list(_readings(layout, counts))
    return sorted(found, key=lambda each: (each.feature != SCORE, -(each.psi or 0), each.feature))


def _readings(layout: Layout, counts: Counts) -> Iterator[Reading]:
    by_feature = zip(
        layout.features,
        layout.psi(counts).tolist(),
        layout.events(counts).tolist(),
        np.split(layout.shares(counts), layout.starts[1:]),
        strict=True,
    )
    for bins, index, events, shares in by_feature:
        moved = int(np.argmax(np.abs(shares - bins.expected)))
        yield Reading(
            feature=bins.feature,
            psi=index if events else None,
            events=events,
            verdict=verdict(index, events),
            bin=bins.names[moved],
            expected=float(bins.expected[moved]),
            actual=float(shares[moved]),
        )
