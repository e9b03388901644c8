"""What the service has and the emulator has not is refused in words, and changes nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.api_core.exceptions import MethodNotImplemented, NotFound
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller
from tools.emulator import serve

PROJECT = "projects/test"
TOPIC = f"{PROJECT}/topics/updates"
SUBSCRIPTION = f"{PROJECT}/subscriptions/worker"

PUSH = {"push_endpoint": "https://example.com/push"}
TRANSFORM = {"javascript_udf": {"function_name": "drop", "code": "function drop() {}"}}


@pytest.fixture(scope="module")
def server() -> Iterator[PubSub]:
    """Give a server with a topic."""
    with serve() as running:
        server = PubSub("embedded", running.address)
        server.publisher().create_topic(name=TOPIC)
        yield server
        server.close()


@pytest.fixture(scope="module")
def publisher(server: PubSub) -> PublisherClient:
    """Give a publisher."""
    return server.publisher()


@pytest.fixture(scope="module")
def subscriber(server: PubSub) -> SubscriberClient:
    """Give a subscriber."""
    return server.subscriber()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bigquery_config", {"table": "project.dataset.table"}),
        ("cloud_storage_config", {"bucket": "bucket"}),
        ("bigtable_config", {"table": "projects/p/instances/i/tables/t"}),
        ("message_transforms", [TRANSFORM]),
    ],
)
def test_a_subscription_that_exports_or_transforms_is_refused(
    subscriber: SubscriberClient, field: str, value: Any
) -> None:
    with pytest.raises(MethodNotImplemented, match=f"does not have {field}: leave it out"):
        Puller.create(subscriber, name=SUBSCRIPTION, topic=TOPIC, **{field: value})

    with pytest.raises(NotFound):
        subscriber.get_subscription(subscription=SUBSCRIPTION)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ingestion_data_source_settings", {"cloud_storage": {"bucket": "bucket"}}),
        ("message_transforms", [TRANSFORM]),
    ],
)
def test_a_topic_that_ingests_or_transforms_is_refused(
    publisher: PublisherClient, field: str, value: Any
) -> None:
    name = f"{PROJECT}/topics/more"

    with pytest.raises(MethodNotImplemented, match=f"does not have {field}: leave it out"):
        publisher.create_topic(request={"name": name, field: value})

    with pytest.raises(NotFound):
        publisher.get_topic(topic=name)


def test_push_is_refused_at_creation(subscriber: SubscriberClient) -> None:
    with pytest.raises(MethodNotImplemented, match="does not push: pull instead"):
        Puller.create(subscriber, name=SUBSCRIPTION, topic=TOPIC, push_config=PUSH)


@pytest.mark.parametrize(
    "switch",
    [
        pytest.param(
            lambda subscriber, name: subscriber.update_subscription(
                subscription={"name": name, "push_config": PUSH},
                update_mask={"paths": ["push_config"]},
            ),
            id="by an update",
        ),
        pytest.param(
            lambda subscriber, name: subscriber.modify_push_config(
                subscription=name, push_config=PUSH
            ),
            id="by ModifyPushConfig",
        ),
    ],
)
def test_a_subscription_cannot_be_switched_to_push(
    subscriber: SubscriberClient, switch: Callable[[SubscriberClient, str], object]
) -> None:
    pulled = Puller.create(subscriber, name=f"{PROJECT}/subscriptions/pulled", topic=TOPIC)
    try:
        with pytest.raises(MethodNotImplemented, match="does not"):
            switch(subscriber, pulled.name)
    finally:
        subscriber.delete_subscription(subscription=pulled.name)


def test_access_policies_are_refused(publisher: PublisherClient) -> None:
    with pytest.raises(MethodNotImplemented, match="does not have access policies"):
        publisher.get_iam_policy(request={"resource": TOPIC})
