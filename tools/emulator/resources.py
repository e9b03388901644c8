"""Subscriptions: from the API's messages to the rules' settings and back."""

from typing import Any

from tools.emulator.errors import InvalidArgument, Unimplemented
from tools.emulator.fields import nanoseconds, refuse_fields
from tools.emulator.filters import compiled
from tools.emulator.labels import check_labels
from tools.emulator.names import check_name
from tools.emulator.settings import (
    DeadLetterPolicy,
    RetryPolicy,
    SubscriptionSettings,
    TopicSettings,
)
from tools.emulator.wire import Subscription

_SUBSCRIPTION_WITHOUT = (
    "bigquery_config",
    "cloud_storage_config",
    "bigtable_config",
    "message_transforms",
)


def subscription_settings(subscription: Any) -> SubscriptionSettings:
    """Read a ``Subscription``; fields that are not set get the service's defaults.

    Raises:
        InvalidArgument: a field has a value that the service refuses.
        Unimplemented: a field asks for what the emulator does not have.
    """
    refuse_fields(subscription, _SUBSCRIPTION_WITHOUT)
    if subscription.push_config.push_endpoint:
        raise Unimplemented("the embedded emulator does not push: pull instead")
    default = SubscriptionSettings(name=subscription.name, topic=subscription.topic)
    return SubscriptionSettings(
        name=check_name(subscription.name, "subscriptions"),
        topic=subscription.topic,
        ack_deadline_seconds=subscription.ack_deadline_seconds or default.ack_deadline_seconds,
        retain_acked_messages=subscription.retain_acked_messages,
        retention=nanoseconds(subscription.message_retention_duration) or default.retention,
        labels=check_labels(subscription.labels),
        ordering=subscription.enable_message_ordering,
        exactly_once=subscription.enable_exactly_once_delivery,
        filter=compiled(subscription.filter) if subscription.filter else None,
        expiration=_expiration(subscription, default),
        dead_letter_policy=_dead_letter_policy(subscription),
        retry_policy=_retry_policy(subscription),
        detached=subscription.detached,
    )


def subscription_message(settings: SubscriptionSettings, topic: TopicSettings | None) -> Any:
    """Write a ``Subscription``, with what it has from its topic."""
    subscription = Subscription(
        name=settings.name,
        topic=settings.topic,
        ack_deadline_seconds=settings.ack_deadline_seconds,
        retain_acked_messages=settings.retain_acked_messages,
        labels=settings.labels,
        enable_message_ordering=settings.ordering,
        filter=settings.filter.text if settings.filter is not None else "",
        enable_exactly_once_delivery=settings.exactly_once,
        detached=settings.detached,
        state=Subscription.ACTIVE,
    )
    subscription.message_retention_duration.FromNanoseconds(settings.retention)
    subscription.expiration_policy.SetInParent()
    if settings.expiration is not None:
        subscription.expiration_policy.ttl.FromNanoseconds(settings.expiration)
    _write_policies(settings, subscription)
    if topic is not None and topic.retention is not None:
        subscription.topic_message_retention_duration.FromNanoseconds(topic.retention)
    return subscription


def _write_policies(settings: SubscriptionSettings, subscription: Any) -> None:
    if (dead := settings.dead_letter_policy) is not None:
        subscription.dead_letter_policy.dead_letter_topic = dead.topic
        subscription.dead_letter_policy.max_delivery_attempts = dead.max_delivery_attempts
    if (retry := settings.retry_policy) is not None:
        subscription.retry_policy.minimum_backoff.FromNanoseconds(retry.minimum_backoff)
        subscription.retry_policy.maximum_backoff.FromNanoseconds(retry.maximum_backoff)


def _expiration(subscription: Any, default: SubscriptionSettings) -> int | None:
    if not subscription.HasField("expiration_policy"):
        return default.expiration
    policy = subscription.expiration_policy
    return nanoseconds(policy.ttl) if policy.HasField("ttl") else None


def _dead_letter_policy(subscription: Any) -> DeadLetterPolicy | None:
    policy = subscription.dead_letter_policy
    if not policy.dead_letter_topic:
        if policy.max_delivery_attempts:
            raise InvalidArgument("dead_letter_policy has no dead_letter_topic")
        return None
    topic = check_name(policy.dead_letter_topic, "topics")
    return DeadLetterPolicy(topic, policy.max_delivery_attempts or 5)


def _retry_policy(subscription: Any) -> RetryPolicy | None:
    if not subscription.HasField("retry_policy"):
        return None
    policy, default = subscription.retry_policy, RetryPolicy()
    minimum = nanoseconds(policy.minimum_backoff) if policy.HasField("minimum_backoff") else None
    maximum = nanoseconds(policy.maximum_backoff) if policy.HasField("maximum_backoff") else None
    return RetryPolicy(
        default.minimum_backoff if minimum is None else minimum,
        default.maximum_backoff if maximum is None else maximum,
    )
