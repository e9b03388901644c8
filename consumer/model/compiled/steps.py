"""What steps become, and why one keeps its own method."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from consumer.model.compiled.table import Block, Table

Step = Callable[[Any], Any]
"""From a :class:`Table` or block to a block, or to whatever a step's own method gives."""

Compile = Callable[[Any, Any], Step]
"""Gives the function that a fitted transformer becomes, told what it is given for some rows."""


class NotCompilable(Exception):
    """A step keeps its own method: its class, a parameter or what it is given is not known."""


class OutOfTheOrdinary(Exception):
    """The estimator itself must judge these rows; it may raise."""


@dataclass(frozen=True, slots=True)
class Own:
    """A step that keeps its own method, and sees frames as scikit-learn lets it see them."""

    step: Any
    method: Literal["transform", "predict_proba"] = "transform"

    def __call__(self, given: Any) -> Any:
        """Ask the step."""
        return getattr(self.step, self.method)(given.frame if isinstance(given, Table) else given)


def known(condition: object, what: str) -> None:
    """Go on only where the condition holds.

    Raises:
        NotCompilable: it does not; the text names the parameter.
    """
    if not condition:
        raise NotCompilable(what)


def known_numbers(example: Block) -> None:
    """See that a step is given numbers only.

    Raises:
        NotCompilable: it is not.
    """
    known(example.dtype == np.float64, "input")


def refuse_infinities(block: Block) -> None:
    """Refuse what scikit-learn calls too large, where gaps are allowed.

    Raises:
        OutOfTheOrdinary: one is infinite.
    """
    if np.isinf(block).any():
        raise OutOfTheOrdinary


def refuse_gaps_and_infinities(block: Block) -> None:
    """Refuse what most of scikit-learn's steps refuse.

    Raises:
        OutOfTheOrdinary: one is NaN or infinite.
    """
    if not np.isfinite(block).all():
        raise OutOfTheOrdinary
