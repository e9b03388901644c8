"""The whole sum for one rate."""

from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from tools.capacity.costs import Costs, costs_of
from tools.capacity.inputs import Inputs
from tools.capacity.limits import Limit, limits_of
from tools.capacity.measured import EventCost
from tools.capacity.needs import Needs, needs_of


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rate needs, what it costs, and what it would break."""

    needs: Needs
    costs: Costs
    limits: tuple[Limit, ...]
    """The first to be reached first."""
    history: bool
    """Whether each score is kept."""

    @property
    def breaks_first(self) -> Limit:
        """The limit that is nearest, or exceeded most."""
        return self.limits[0]

    def document(self) -> dict[str, Any]:
        """Give it as JSON has it; what is infinite is null there."""
        needs = asdict(self.needs)
        del needs["rate"]
        return {
            "history": self.history,
            **needs,
            "dollars_an_hour": {**asdict(self.costs), "total": self.costs.total},
            "limits": [asdict(limit) | {"share": limit.share} for limit in self.limits],
        }


def plan(rate: float, cost: EventCost, inputs: Inputs) -> Plan:
    """Size, price and check everything for ``rate`` events a second."""
    needs_at = partial(needs_of, cost=cost, inputs=inputs)
    needs = needs_at(rate)
    limits = limits_of(needs, needs_at, inputs)
    return Plan(needs, costs_of(needs, inputs.prices), tuple(limits), cost.has_history)
