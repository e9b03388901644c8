"""Receiving: StreamingPull streams whose messages queue up for one reader, in batches.

The client library runs the streams, extends the leases of what is held and keeps flow control; it
schedules nothing, because the scheduler it is given only queues.
"""

from consumer.subscriber.delivery import Delivery
from consumer.subscriber.inbox import Inbox
from consumer.subscriber.streams import FlowLimits, Subscriber

__all__ = ["Delivery", "FlowLimits", "Inbox", "Subscriber"]
