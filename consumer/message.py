"""A delivery, as the core sees it: no client library in sight."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery of one Pub/Sub message.

    ``delivery_attempt`` counts from 1 and is None where the subscription has no dead-letter
    policy ("Handle message failures", Pub/Sub documentation).
    """

    message_id: str
    data: bytes
    attributes: Mapping[str, str]
    publish_time: datetime
    ordering_key: str = ""
    delivery_attempt: int | None = None
