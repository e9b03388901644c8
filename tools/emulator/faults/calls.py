"""What becomes of a call before it is served."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from tools.emulator.faults.faults import Faults
from tools.emulator.faults.rpcs import Status
from tools.emulator.faults.rules import AmbiguousPublishes, Delay, Fail

_NAMED_BY = ("name", "topic", "subscription", "snapshot")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with a call: wait, then answer ``refuse``, or serve it and answer ``disown``."""

    seconds: float = 0.0
    refuse: Status | None = None
    disown: Status | None = None


def judge(faults: Faults, rpc: str, names: Collection[str]) -> Verdict:
    """Put a call before the rules; where several strike, delays add up and the first answers."""
    delays = faults.struck(Delay, names, rpc=rpc)
    failures = faults.struck(Fail, names, rpc=rpc)
    ambiguous = faults.struck(AmbiguousPublishes, names) if rpc == "Publish" else []
    return Verdict(
        seconds=sum(each.rule.seconds for each in delays),
        refuse=next((each.rule.status for each in failures), None),
        disown=next((each.rule.status for each in ambiguous), None),
    )


def resource_names(request: Any) -> tuple[str, ...]:
    """Name the topics, subscriptions and snapshots that a request names, itself or inside."""
    return tuple(_names(request))


def _names(request: Any) -> Iterator[str]:
    for field in _NAMED_BY:
        value = getattr(request, field, "")
        if isinstance(value, str):
            yield value
        else:
            yield from _names(value)
