"""The attributes that Pub/Sub adds to a message that it forwards to a dead-letter topic.

"Dead-letter topics" in the Pub/Sub documentation names them.
"""

from datetime import UTC, datetime

from tools.emulator.clock import SECOND
from tools.emulator.message import Delivery
from tools.emulator.names import project_of, short_name

PREFIX = "CloudPubSubDeadLetterSource"


def source_attributes(subscription: str, delivery: Delivery) -> dict[str, str]:
    """Say where a dead letter comes from and how often it was delivered."""
    return {
        f"{PREFIX}DeliveryCount": str(delivery.failures),
        f"{PREFIX}Subscription": short_name(subscription),
        f"{PREFIX}SubscriptionProject": project_of(subscription),
        f"{PREFIX}TopicPublishTime": _rfc3339(delivery.message.publish_time),
    }


def _rfc3339(nanoseconds: int) -> str:
    seconds, rest = divmod(nanoseconds, SECOND)
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest // 1_000)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
