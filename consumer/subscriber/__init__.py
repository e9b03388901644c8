"""Receiving: StreamingPull streams whose messages queue up for one reader, in batches.

Google's generated client makes the calls; what is held, the leases and the verdicts are kept here,
for whole responses and batches at a time: the callbacks of Google's own subscriber, made for one
message each, cost several times as much as everything else about receiving.
"""

from consumer.subscriber.delivery import Delivery
from consumer.subscriber.inbox import Inbox
from consumer.subscriber.limits import FlowLimits
from consumer.subscriber.streams import Subscriber

__all__ = ["Delivery", "FlowLimits", "Inbox", "Subscriber"]
