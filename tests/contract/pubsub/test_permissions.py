"""Permissions ("Access control"): on a local server everybody holds them all."""

from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from tests.conformance.marks import differs, documented
from tests.pubsub_puller import Puller

pytestmark = documented("Access control")


@differs(official="it has no access control")
def test_the_permissions_that_are_asked_for_are_held(
    publisher: PublisherClient,
    subscriber: SubscriberClient,
    topic: str,
    subscription: Puller,
) -> None:
    publishing = {"resource": topic, "permissions": ["pubsub.topics.publish"]}
    consuming = {"resource": subscription.name, "permissions": ["pubsub.subscriptions.consume"]}

    assert publisher.test_iam_permissions(request=publishing).permissions == [
        "pubsub.topics.publish"
    ]
    assert subscriber.test_iam_permissions(request=consuming).permissions == [
        "pubsub.subscriptions.consume"
    ]
