"""What a benchmark measures, and what is aimed at."""

from dataclasses import dataclass
from statistics import median
from typing import Self

MEGABYTE = 1e6
"""Bytes, as memory is reported."""


@dataclass(frozen=True, slots=True)
class Target:
    """A value that is aimed at: at least, or with ``at_most`` at most, so much."""

    value: float
    at_most: bool = False

    def met_by(self, value: float) -> bool:
        """Whether a value is as good as the target."""
        return value <= self.value if self.at_most else value >= self.value


@dataclass(frozen=True, slots=True)
class Quantity:
    """One thing that is measured: ``key`` in JSON, ``title`` in the table.

    ``target`` counts for the subjects in ``targeted`` only.
    """

    key: str
    title: str
    unit: str
    target: Target | None = None
    targeted: tuple[str, ...] = ()

    def target_of(self, subject: str) -> Target | None:
        """The target of a subject; None where nothing is aimed at."""
        return self.target if subject in self.targeted else None


SPEED = Quantity("speed", "speed", "events/s")
"""Of a worker, or of what it is compared with."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The least, the median and the greatest of some values."""

    minimum: float
    median: float
    maximum: float

    @classmethod
    def of(cls, values: tuple[float, ...]) -> Self:
        """Summarise at least one value."""
        return cls(min(values), median(values), max(values))


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity of one subject, one value a round."""

    subject: str
    quantity: Quantity
    values: tuple[float, ...]

    @property
    def spread(self) -> Spread:
        """The values in short."""
        return Spread.of(self.values)

    @property
    def target(self) -> Target | None:
        """What is aimed at for this subject."""
        return self.quantity.target_of(self.subject)

    @property
    def passed(self) -> bool | None:
        """Whether the median meets the target; None where there is none."""
        return None if self.target is None else self.target.met_by(self.spread.median)
