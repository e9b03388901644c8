"""The topic and the subscription that a piece of work has on a server for itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import grpc

from tools.emulator import wire

PROJECT = "projects/churn-bench"
ACK_DEADLINE_SECONDS = 600
"""The longest there is, so that nothing is delivered twice."""

_PUBLISHER = "/google.pubsub.v1.Publisher"
_SUBSCRIBER = "/google.pubsub.v1.Subscriber"


@dataclass(frozen=True, slots=True)
class Names:
    """The full names of a topic and of its one subscription."""

    topic: str
    subscription: str


@contextmanager
def subscribed_topic(address: str) -> Iterator[Names]:
    """Make a topic with a subscription, and delete both at the block's end."""
    with grpc.insecure_channel(address) as channel:
        names = create(channel)
        try:
            yield names
        finally:
            _delete(channel, names)


def create(channel: grpc.Channel) -> Names:
    """Make a topic with a subscription, under names that nobody else has."""
    suffix = uuid4().hex
    names = Names(f"{PROJECT}/topics/updates-{suffix}", f"{PROJECT}/subscriptions/worker-{suffix}")
    _call(channel, f"{_PUBLISHER}/CreateTopic")(wire.Topic(name=names.topic).SerializeToString())
    subscription = wire.Subscription(
        name=names.subscription, topic=names.topic, ack_deadline_seconds=ACK_DEADLINE_SECONDS
    )
    _call(channel, f"{_SUBSCRIBER}/CreateSubscription")(subscription.SerializeToString())
    return names


def require_answer(channel: grpc.Channel, seconds: float) -> None:
    """Ask the server something that every server knows."""
    request = wire.ListTopicsRequest(project=PROJECT).SerializeToString()
    _call(channel, f"{_PUBLISHER}/ListTopics")(request, timeout=seconds)


def _delete(channel: grpc.Channel, names: Names) -> None:
    subscription = wire.DeleteSubscriptionRequest(subscription=names.subscription)
    _call(channel, f"{_SUBSCRIBER}/DeleteSubscription")(subscription.SerializeToString())
    topic = wire.DeleteTopicRequest(topic=names.topic)
    _call(channel, f"{_PUBLISHER}/DeleteTopic")(topic.SerializeToString())


def _call(channel: grpc.Channel, method: str) -> grpc.UnaryUnaryMultiCallable:
    return channel.unary_unary(method)
