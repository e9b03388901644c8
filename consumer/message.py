"""Messages in and out, as the core sees them: no client library in sight."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

TRACE_ATTRIBUTES = ("googclient_traceparent", "ce-traceparent")


class Message(NamedTuple):
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

    @property
    def traceparent(self) -> str:
        """The publisher's trace ("Trace Context", W3C); empty where it sent none.

        Google's clients send ``googclient_traceparent``; ``ce-traceparent`` is the CloudEvents
        extension "Distributed Tracing".
        """
        named = (self.attributes.get(name, "") for name in TRACE_ATTRIBUTES)
        return next(filter(None, named), "")


class OutgoingMessage(NamedTuple):
    """What is to be published."""

    data: bytes
    attributes: Mapping[str, str]
    ordering_key: str = ""
