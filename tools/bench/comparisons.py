"""How one subject compares with another in the same round."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.bench.quantities import Figure, Quantity


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many times ``base`` each of ``subjects`` reaches, round by round."""

    quantity: Quantity
    base: str
    subjects: tuple[str, ...]


def compared(comparison: Comparison, figures: Sequence[Figure]) -> Iterator[Figure]:
    """Divide values of the same round; nothing where a subject or its base was left out.

    Args:
        comparison: who is compared.
        figures: one quantity of all subjects.
    """
    values = {figure.subject: figure.values for figure in figures}
    base = values.get(comparison.base, ())
    for subject in comparison.subjects:
        if base and subject in values:
            ratios = tuple(one / of for one, of in zip(values[subject], base, strict=True))
            yield Figure(subject, comparison.quantity, ratios)
