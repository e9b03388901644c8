"""The attributes that the worker adds to a message it cannot process.

The original data and attributes stay as they were, so that the message can be sent again.
"""

from typing import Final

ERROR: Final = "churn-error"
"""The class of the error, e.g. ``InvalidEvent``."""
REASON: Final = "churn-reason"
"""One short sentence, without personal data."""
STAGE: Final = "churn-stage"
"""Where it failed: ``decode``, ``enrich``, ``score`` or ``publish``."""
ATTEMPTS: Final = "churn-attempts"
"""How often it was delivered; empty where the subscription does not count."""
FIRST_SEEN: Final = "churn-first-seen"
"""When it was published to the input topic (RFC 3339)."""
SUBSCRIPTION: Final = "churn-subscription"
"""The subscription it was received from."""
ENVELOPE: Final = "churn-envelope"
"""Present where original data and attributes travel together in the data, as gzipped JSON."""

REDRIVES: Final = "churn-redrives"
"""On an event that is sent again from the dead letters: how often that was done. It counts as an
attribute of the original, and so goes on when the event fails again."""

ADDED: Final = (ERROR, REASON, STAGE, ATTEMPTS, FIRST_SEEN, SUBSCRIPTION)

POLICY_ATTEMPTS: Final = "CloudPubSubDeadLetterSourceDeliveryCount"
POLICY_SUBSCRIPTION: Final = "CloudPubSubDeadLetterSourceSubscription"
POLICY_PROJECT: Final = "CloudPubSubDeadLetterSourceSubscriptionProject"
POLICY_FIRST_SEEN: Final = "CloudPubSubDeadLetterSourceTopicPublishTime"
ADDED_BY_POLICY: Final = (
    POLICY_ATTEMPTS,
    POLICY_SUBSCRIPTION,
    POLICY_PROJECT,
    POLICY_FIRST_SEEN,
)
"""What Pub/Sub's own dead-letter policy adds ("Dead-letter topics", Pub/Sub documentation)."""

PERSONAL: Final = ("nom", "ce-nom")
"""Attributes that hold a customer's name: they travel inside the envelope, never beside it."""

MAX_ATTRIBUTES: Final = 100
MAX_ATTRIBUTE_KEY_BYTES: Final = 256
MAX_ATTRIBUTE_VALUE_BYTES: Final = 1024
MAX_MESSAGE_BYTES: Final = 10_000_000
"""Pub/Sub's limits for one message ("Pub/Sub quotas and limits", resource limits)."""
RESERVED_PREFIX: Final = "goog"
CLIENTS_PREFIX: Final = "googclient_"
"""Keys that only Pub/Sub itself sets, and those that its clients may ("PubsubMessage", API
reference; "OpenTelemetry tracing", Pub/Sub documentation)."""
