"""Permissions ("Access control"): on a local server everybody holds them all."""

from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller


def test_the_permissions_that_are_asked_for_are_held(
    pubsub: PubSub,
    publisher: PublisherClient,
    subscriber: SubscriberClient,
    topic: str,
    subscription: Puller,
) -> None:
    pubsub.skip_where_official("it has no access control")
    publishing = {"resource": topic, "permissions": ["pubsub.topics.publish"]}
    consuming = {"resource": subscription.name, "permissions": ["pubsub.subscriptions.consume"]}

    assert publisher.test_iam_permissions(request=publishing).permissions == [
        "pubsub.topics.publish"
    ]
    assert subscriber.test_iam_permissions(request=consuming).permissions == [
        "pubsub.subscriptions.consume"
    ]
