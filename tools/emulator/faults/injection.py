"""One rule at work: when it strikes, and how often it has."""

from random import Random
from typing import Generic, TypeVar

from tools.emulator.faults.rules import AnyFault, Striking

R = TypeVar("R", bound=AnyFault)


class Injection(Generic[R]):
    """Decides by its own dice, so that what one rule does never changes what another does.

    The dice follow from the seed, the rule itself and ``copy``, the number of equal rules before
    it: the same occasions give the same faults, wherever in a plan the rule stands.
    """

    def __init__(self, rule: R, *, seed: int, copy: int = 0) -> None:
        self.rule = rule
        self.asked = 0
        self.injected = 0
        self.dice = Random(f"{seed} {copy} {rule.model_dump_json()}")  # noqa: S311 - no secret

    def strikes(self) -> bool:
        """Decide at the next occasion."""
        self.asked += 1
        struck = not isinstance(self.rule, Striking) or self._chooses(self.rule)
        self.injected += struck
        return struck

    def _chooses(self, rule: Striking) -> bool:
        if rule.times is not None and self.injected >= rule.times:
            return False
        if self.asked <= rule.after or (self.asked - rule.after) % rule.every:
            return False
        return rule.share == 1 or self.dice.random() < rule.share
