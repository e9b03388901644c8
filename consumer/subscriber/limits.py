"""How much may be held at once, and for how long."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FlowLimits:
    """What may be held at once over all streams, and for how long a lease is extended."""

    max_messages: int
    max_bytes: int
    max_lease_seconds: float

    def share(self, streams: int) -> "FlowLimits":
        """One stream's part."""
        return FlowLimits(
            max_messages=max(1, self.max_messages // streams),
            max_bytes=max(1, self.max_bytes // streams),
            max_lease_seconds=self.max_lease_seconds,
        )
