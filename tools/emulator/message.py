"""A stored message, and its delivery by one subscription."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tools.emulator.flow_control import FlowControl
from tools.emulator.schemas.topic_schema import TopicSchema

AttributesOf = Callable[[bytes], Mapping[str, str]]
"""Reads the attributes of a payload."""


@dataclass(slots=True, eq=False)
class Message:
    """One published message, shared by every subscription that has it.

    ``payload`` is whatever the server sends to subscribers; the rules never look into it.
    ``number`` grows with every message of the server; ``publish_time`` is in nanoseconds.
    ``schema`` is that of the topic when it was published.
    """

    number: int
    publish_time: int
    payload: bytes
    ordering_key: str = ""
    schema: TopicSchema | None = None


@dataclass(slots=True, eq=False)
class Delivery:
    """What one subscription knows of one message that is not settled.

    ``failures`` counts nacks and expired ack deadlines. ``not_before`` is when a retry policy
    allows the next delivery. ``ack_id`` is empty unless somebody holds the message; then ``holder``
    is the flow control of the stream that does (None for a unary pull). ``settled`` is set on an
    acknowledged message whose ordering batch is still open. ``restored`` is when a seek brought the
    message back although its retention was over, 0 otherwise.
    """

    message: Message
    failures: int = 0
    not_before: int = 0
    ack_id: str = ""
    holder: FlowControl | None = None
    settled: bool = False
    restored: int = 0

    @property
    def attempt(self) -> int:
        """The delivery attempt: one more than the failures ("DeadLetterPolicy", API reference)."""
        return self.failures + 1
