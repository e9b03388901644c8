"""A client of Pub/Sub that records what it is asked, and deliveries as streams bring them."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from consumer.message import Message
from consumer.subscriber.delivery import Delivery
from consumer.subscriber.held import Held
from consumer.subscriber.limits import FlowLimits
from consumer.subscriber.verdicts import Verdicts

SUBSCRIPTION = "projects/p/subscriptions/s"
LIMITS = FlowLimits(max_messages=3, max_bytes=100, max_lease_seconds=60)


@dataclass
class RecordingClient:
    """Answers every call, or raises what it is told to."""

    calls: list[tuple[str, list[str]]] = field(default_factory=list)
    raises: list[Exception] = field(default_factory=list)
    wait: threading.Event = field(default_factory=threading.Event)
    """Calls are answered once it is set."""

    def __post_init__(self) -> None:
        self.wait.set()

    def acknowledge(self, request: Any, **_: object) -> None:
        """Record the ids."""
        self._record("ack", request)

    def modify_ack_deadline(self, request: Any, **_: object) -> None:
        """Record the ids, and for how long."""
        self._record(f"{request['ack_deadline_seconds']} s", request)

    def _record(self, what: str, request: Any) -> None:
        assert request["subscription"] == SUBSCRIPTION
        self.calls.append((what, list(request["ack_ids"])))
        self.wait.wait(timeout=10)
        if self.raises:
            raise self.raises.pop(0)


class World:
    """What is held between a recording client and a list that stands for the inbox."""

    def __init__(self, limits: FlowLimits = LIMITS) -> None:
        self.client = RecordingClient()
        self.verdicts = Verdicts(self.client, SUBSCRIPTION)
        self.delivered: list[Delivery] = []
        self.held = Held(limits, self.verdicts, self.delivered.extend)

    def receive(self, *texts: str, key: str = "", size: int = 10) -> list[Delivery]:
        """Let a stream bring messages; they come at the moment 0."""
        came = [self._delivery(text, key, size) for text in texts]
        self.held.receive(came)
        return came

    def names(self) -> list[str]:
        """What was handed on, in order."""
        return names(self.delivered)

    def sent(self) -> list[tuple[str, list[str]]]:
        """What the server was told once everything is sent."""
        self.verdicts.start()
        self.verdicts.close(timeout=10)
        return self.client.calls

    def _delivery(self, text: str, key: str, size: int) -> Delivery:
        message = Message(text, text.encode(), {}, datetime(2024, 1, 1, tzinfo=UTC), key)
        return Delivery(
            message, self.held, ack_id=f"id of {text}", size=size, renew_at=10, lease_ends_at=60
        )


def names(deliveries: Sequence[Delivery]) -> list[str]:
    """Which messages they are."""
    return [each.message.message_id for each in deliveries]
