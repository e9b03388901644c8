"""What is reported of replays, and what is aimed at."""

from collections.abc import Sequence
from typing import Final

from tools.bench.comparisons import Comparison, compared
from tools.bench.quantities import SPEED, Figure, Quantity, Target
from tools.bench.rounds import Sample, figures_of

GOOGLE: Final = "Google's publisher, bare"
OURS: Final = "our publisher, bare"
REPLAY: Final = "replay"
WHAT_IF: Final = "what-if"

_COMPARED = Quantity("speed", SPEED.title, SPEED.unit, Target(50_000), (WHAT_IF,))
_TO_GOOGLE = Quantity("to_google", "speed to Google's publisher", "times", Target(0.8), (REPLAY,))
_TO_OURS = Quantity("to_ours", "speed to our publisher", "times")


def figures(speeds: Sequence[tuple[str, float]]) -> list[Figure]:
    """Give the figures of all rounds.

    Args:
        speeds: events a second, by what they were measured of.
    """
    samples = (Sample(subject, _COMPARED, value) for subject, value in speeds)
    found = figures_of(samples, (_COMPARED,))
    return [
        *found,
        *compared(Comparison(_TO_GOOGLE, GOOGLE, (REPLAY,)), found),
        *compared(Comparison(_TO_OURS, OURS, (REPLAY,)), found),
    ]
