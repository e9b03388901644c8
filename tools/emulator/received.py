"""Deliveries, as ``ReceivedMessage`` in the responses of Pull and StreamingPull."""

from collections.abc import Iterable
from typing import Any

from tools.emulator.message import Delivery
from tools.emulator.schemas.topic_schema import DELETED_ATTRIBUTES
from tools.emulator.settings import SubscriptionSettings


def add_received(
    response: Any, deliveries: Iterable[Delivery], settings: SubscriptionSettings
) -> None:
    """Append deliveries to a response; the attempt only where there is a dead-letter policy."""
    counted = settings.dead_letter_policy is not None
    for delivery in deliveries:
        received = response.received_messages.add(ack_id=delivery.ack_id)
        received.message.ParseFromString(delivery.message.payload)
        schema = delivery.message.schema
        if schema is not None and schema.deleted:
            received.message.attributes.update(DELETED_ATTRIBUTES)
        if counted:
            received.delivery_attempt = delivery.attempt
