"""The table of what went wrong in a chaos run, and what came of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.chaos.plan import Kind


@dataclass(frozen=True, slots=True)
class Incident:
    """Trouble that was made, in monotonic seconds; strikes: calls, messages, workers, sessions."""

    kind: Kind
    began_at: float
    ended_at: float
    strikes: int


def table(incidents: Sequence[Incident], totals: Mapping[str, object]) -> str:
    """Lay out how often and for how long each kind of trouble was survived, and totals."""
    width = max(map(len, (*Kind, *totals)))
    return "\n".join(
        [
            f"{'survived':<{width}}  times  seconds  strikes",
            *(f"{kind:<{width}}  {row}" for kind, row in _rows(incidents)),
            "",
            *(f"{name:<{width}}  {value}" for name, value in totals.items()),
        ]
    )


def _rows(incidents: Sequence[Incident]) -> Iterator[tuple[Kind, str]]:
    for kind in Kind:
        of_kind = [each for each in incidents if each.kind is kind]
        if of_kind:
            seconds = sum(each.ended_at - each.began_at for each in of_kind)
            strikes = sum(each.strikes for each in of_kind)
            yield kind, f"{len(of_kind):5}  {seconds:7.1f}  {strikes:7}"
