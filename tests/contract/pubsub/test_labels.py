"""Labels of topics and subscriptions (the API reference of both; "Create and update labels")."""

from collections.abc import Callable

import pytest
from google.api_core.exceptions import InvalidArgument
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from tests.conformance.marks import differs, documented
from tests.pubsub_puller import Puller

pytestmark = documented("Subscription")

does_not_check_labels = differs(official="it does not check labels")

Labelled = Callable[[dict[str, str]], dict[str, str]]


@pytest.fixture(params=["topic", "subscription"])
def labelled(
    request: pytest.FixtureRequest,
    publisher: PublisherClient,
    subscriber: SubscriberClient,
    project: str,
    topic: str,
) -> Labelled:
    """Give a function that creates a resource with labels, and reads its labels back."""

    def new_topic(labels: dict[str, str]) -> dict[str, str]:
        name = f"{project}/topics/labelled"
        publisher.create_topic(request={"name": name, "labels": labels})
        return dict(publisher.get_topic(topic=name).labels)

    def new_subscription(labels: dict[str, str]) -> dict[str, str]:
        name = f"{project}/subscriptions/labelled"
        subscriber.create_subscription(request={"name": name, "topic": topic, "labels": labels})
        return dict(subscriber.get_subscription(subscription=name).labels)

    return new_topic if request.param == "topic" else new_subscription


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param({"team": "churn", "stage": "test-2"}, id="letters, digits and hyphens"),
        pytest.param({"a_b": ""}, id="an empty value"),
        pytest.param({"équipe": "été"}, id="international characters"),
        pytest.param({"k" * 63: "v" * 63}, id="the longest key and value"),
        pytest.param({f"key-{number}": "" for number in range(64)}, id="64 labels"),
    ],
)
def test_labels_are_kept(labelled: Labelled, labels: dict[str, str]) -> None:
    assert labelled(labels) == labels


@does_not_check_labels
@pytest.mark.parametrize(
    "labels",
    [
        pytest.param({"": "x"}, id="an empty key"),
        pytest.param({"Team": "x"}, id="a key with a capital"),
        pytest.param({"1st": "x"}, id="a key that begins with a digit"),
        pytest.param({"team": "Churn"}, id="a value with a capital"),
        pytest.param({"team": "a b"}, id="a value with a space"),
        pytest.param({"k" * 64: ""}, id="a key of 64 characters"),
        pytest.param({"team": "v" * 64}, id="a value of 64 characters"),
        pytest.param({f"key-{number}": "" for number in range(65)}, id="65 labels"),
    ],
)
def test_labels_have_the_documented_form(labelled: Labelled, labels: dict[str, str]) -> None:
    with pytest.raises(InvalidArgument):
        labelled(labels)


@differs(official="labels cannot be updated")
def test_an_update_replaces_all_labels(subscription: Puller) -> None:
    def update(labels: dict[str, str]) -> dict[str, str]:
        updated = subscription.subscriber.update_subscription(
            request={
                "subscription": {"name": subscription.name, "labels": labels},
                "update_mask": {"paths": ["labels"]},
            }
        )
        return dict(updated.labels)

    assert update({"team": "churn", "stage": "test"}) == {"team": "churn", "stage": "test"}
    assert update({"stage": "live"}) == {"stage": "live"}
    assert update({}) == {}
