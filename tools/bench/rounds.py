"""Rounds, in which everything that is compared has its turn: slow changes of a machine hit all."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tools.bench.quantities import Figure, Quantity

S = TypeVar("S")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of one round."""

    subject: str
    quantity: Quantity
    value: float


def interleaved(
    subjects: Sequence[S], rounds: int, measure: Callable[[S], Iterable[R]]
) -> Iterator[R]:
    """Measure each subject once a round, in turn, and give what comes out as it comes."""
    for _ in range(rounds):
        for subject in subjects:
            yield from measure(subject)


def figures_of(samples: Iterable[Sample], quantities: Sequence[Quantity]) -> list[Figure]:
    """Gather samples into figures, in the order of ``quantities``; subjects as they came."""
    values: dict[tuple[str, Quantity], list[float]] = {}
    for sample in samples:
        values.setdefault((sample.subject, sample.quantity), []).append(sample.value)
    return [
        Figure(subject, quantity, tuple(of_rounds))
        for wanted in quantities
        for (subject, quantity), of_rounds in values.items()
        if quantity == wanted
    ]
