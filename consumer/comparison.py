"""What two models say of the same events, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from consumer.alerts import risk_of
from consumer.features import carries, columns_of, names_of
from consumer.ports import Model
from consumer.score import ask
from consumer.stages import Scored
from schemas.manifest import Value

Grade = Literal["silent", "high", "critical"]
"""What is decided of an event: no alert, or an alert of this risk."""

COUNTRIES: Final = frozenset({"Allemagne", "Espagne", "France"})
"""What is told apart. An event may hold any text as a country, even a name; that is ``other``."""
OTHER, MISSING = "other", "missing"


@dataclass(frozen=True, slots=True)
class Pair:
    """One event as both models see it."""

    country: str
    current: Grade
    candidate: Grade
    difference: float
    """The candidate's probability minus the current model's, in -1..1."""


def comparable(scored: Sequence[Scored], candidate: Model) -> list[Scored]:
    """Leave out events whose customer was not looked up though the candidate needs it."""
    needed = names_of(candidate.columns)
    return [
        item for item in scored if item.row.profile is not None or carries(item.row.event, needed)
    ]


def compare(
    scored: Sequence[Scored], threshold: float, candidate: Model, candidate_threshold: float
) -> list[Pair]:
    """Score the same events by the candidate, in one call.

    Args:
        scored: by the current model; all of them comparable.
        threshold: of the current model.
        candidate: the other model.
        candidate_threshold: its threshold.

    Raises:
        ScoringFailed: the candidate fails on one of them.
    """
    rows = [item.row for item in scored]
    probabilities = [answer.probability for answer in ask(rows, candidate)]
    countries = map(country_of, columns_of(rows, ("PAYS",))["PAYS"])
    return [
        Pair(
            country=country,
            current=grade(item.probability, threshold),
            candidate=grade(probability, candidate_threshold),
            difference=probability - item.probability,
        )
        for item, probability, country in zip(scored, probabilities, countries, strict=True)
    ]


def grade(probability: float, threshold: float) -> Grade:
    """Decide as the alerts do, but for earlier scores of the customer."""
    return "silent" if probability < threshold else risk_of(probability, threshold).value


def country_of(country: Value) -> str:
    """Give one of few names for a customer's country."""
    if country is None:
        return MISSING
    return str(country) if country in COUNTRIES else OTHER
