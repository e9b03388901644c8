"""What to look at before deciding, and what a comparison cannot tell."""

from collections.abc import Iterator
from typing import Final

from tools.what_if.findings import Findings
from tools.what_if.words import WHY_LEFT_OUT, count, share

LARGE_SHARE: Final = 0.01
"""Of all messages or events: below that it is not worth a sentence."""
STANDS_OUT: Final = 1.5
"""A country stands out whose decisions change so many times as often as those of all."""
FEW_EVENTS: Final = 100
FAR: Final = 0.1
SHIFT: Final = 0.01
"""Differences of probabilities: of one event, and in the mean."""


def look_at(found: Findings) -> Iterator[str]:
    """Give a sentence for each thing; the order is that of how much it may matter."""
    yield from _left_out(found)
    if found.unasked is not None:
        yield f"The database could not be asked who left: {found.unasked}"
    yield from _countries(found)
    yield from _shift(found)
    if found.quality is not None:
        yield _seen_before(found)
    yield from _thresholds(found)
    if found.about.alerts_on_crossing:
        yield (
            "Workers alert only where a score rises across the threshold (alerts.policy: "
            "crossing); this comparison does not look at earlier scores, so the real numbers of "
            "alerts are smaller."
        )


def _left_out(found: Findings) -> Iterator[str]:
    missing = sum(found.left_out.values())
    if missing > LARGE_SHARE * found.messages:
        why = "; ".join(f"{count(n)} {WHY_LEFT_OUT[r]}" for r, n in sorted(found.left_out.items()))
        yield (
            f"{count(missing)} of {count(found.messages)} messages "
            f"({share(missing, found.messages)}) are not in this comparison: {why}."
        )


def _countries(found: Findings) -> Iterator[str]:
    decisions = found.decisions
    everywhere = decisions.changed() / decisions.compared()
    for country in decisions.countries():
        compared, changed = decisions.compared(country), decisions.changed(country)
        if compared >= FEW_EVENTS and changed > STANDS_OUT * everywhere * compared:
            yield (
                f"{country}: {share(changed, compared)} of its events would be decided otherwise, "
                f"of all events {share(decisions.changed(), decisions.compared())}."
            )


def _shift(found: Findings) -> Iterator[str]:
    far = found.differences.moved(FAR)
    if far >= LARGE_SHARE:
        yield (
            f"{share(far, 1)} of the events move by {FAR} or more; the table of the customers that "
            "move most says which features do that."
        )
    if abs(found.differences.mean) >= SHIFT:
        direction = "more" if found.differences.mean > 0 else "less"
        yield (
            f"The candidate sees {direction} risk in general: its probabilities differ by "
            f"{found.differences.mean:+.3f} in the mean."
        )


def _seen_before(found: Findings) -> str:
    sides = (("candidate", found.about.candidate), ("current", found.about.current))
    trained = [
        f"{name} {side.f1_in_training:.3f}"
        for name, side in sides
        if side.f1_in_training is not None
    ]
    beside = f", the F1 of their training says more: {', '.join(trained)}" if trained else ""
    return (
        "A model looks better than it is on customers that it was trained on. If the customers "
        f"here are among those{beside or ', trust neither F1'}."
    )


def _thresholds(found: Findings) -> Iterator[str]:
    for name, side in (("current", found.about.current), ("candidate", found.about.candidate)):
        if side.threshold != side.model.threshold:
            yield (
                f"The {name} model is held to a threshold of {side.threshold:g}; its own is "
                f"{side.model.threshold:g}."
            )
