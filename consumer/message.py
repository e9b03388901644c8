"""Messages in and out, as the core sees them: no client library in sight."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """One delivery of one Pub/Sub message; two deliveries of it are two of these.

    ``delivery_attempt`` counts from 1 and is None where the subscription has no dead-letter
    policy ("Handle message failures", Pub/Sub documentation).
    """

    message_id: str
    data: bytes
    attributes: Mapping[str, str]
    publish_time: datetime
    ordering_key: str = ""
    delivery_attempt: int | None = None


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """What is to be published."""

    data: bytes
    attributes: Mapping[str, str]
    ordering_key: str = ""
