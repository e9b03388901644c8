"""What breaks first when more events come than were planned for, and what to do then."""

from collections.abc import Callable
from dataclasses import dataclass

from tools.capacity.inputs import Inputs
from tools.capacity.needs import Needs
from tools.capacity.remedies import REMEDIES, Scarce

MOST = 1e12
"""Events a second that nobody has; a limit that holds until then holds always."""
_EXACT = 1.0001


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that there is only so much of."""

    name: Scarce
    used: float
    of: float
    unit: str
    reached_at: float
    """Events a second that use all of it, where the rest grows with them; infinite for none."""

    @property
    def share(self) -> float:
        """How much of it is used; above 1 it does not fit."""
        return self.used / self.of

    @property
    def remedy(self) -> str:
        """What to do when it is reached."""
        return REMEDIES[self.name]


def limits_of(deployed: Needs, needs_at: Callable[[float], Needs], inputs: Inputs) -> list[Limit]:
    """List every limit, the first to be reached first.

    Args:
        deployed: what is there; pods and instance are limits by themselves.
        needs_at: gives what another rate would need, for more of one must not be less of another.
        inputs: the limits of Google Cloud.
    """
    available = _available(deployed, inputs)
    found = [
        Limit(name, used, *available[name], reached_at=_reached(name, available[name][0], needs_at))
        for name, used in _used(deployed).items()
        if used
    ]
    return sorted(found, key=lambda limit: limit.reached_at)


def _used(needs: Needs) -> dict[Scarce, float]:
    database, pubsub = needs.database, needs.pubsub
    return {
        Scarce.WORKERS: needs.rate,
        Scarce.DATABASE_CPU: database.busy_vcpu,
        Scarce.CONNECTIONS: database.connections,
        Scarce.DISK: needs.disk.gigabytes_of_history,
        Scarce.PUBLISHING: pubsub.published,
        Scarce.PULLING: pubsub.pulled,
        Scarce.STREAM: pubsub.stream_load,
        Scarce.STREAMS: pubsub.streams,
    }


def _available(deployed: Needs, inputs: Inputs) -> dict[Scarce, tuple[float, str]]:
    workers, database, quota = deployed.workers, deployed.database, inputs.pubsub
    return {
        Scarce.WORKERS: (workers.pods * workers.full_speed, "events/s"),
        Scarce.DATABASE_CPU: (database.vcpu, "vCPU"),
        Scarce.CONNECTIONS: (database.max_connections, "connections"),
        Scarce.DISK: (inputs.database.room_for_history, "GB"),
        Scarce.PUBLISHING: (quota.publish_quota, "MB/s"),
        Scarce.PULLING: (quota.pull_quota, "MB/s"),
        Scarce.STREAM: (quota.stream_limit, "MB/s"),
        Scarce.STREAMS: (quota.streams_quota, "streams"),
    }


def _reached(name: Scarce, of: float, needs_at: Callable[[float], Needs]) -> float:
    """Look for the rate that uses all of it, by halving."""
    low, high = 1e-6, MOST
    if _used(needs_at(high))[name] <= of:
        return float("inf")
    while high > low * _EXACT:
        middle = (low * high) ** 0.5
        low, high = (middle, high) if _used(needs_at(middle))[name] <= of else (low, middle)
    return low
