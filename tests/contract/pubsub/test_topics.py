"""Topics ("Topic" in the API reference, "Create and manage topics")."""

import pytest
from google.api_core.exceptions import AlreadyExists, InvalidArgument, NotFound
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from tests.conformance.marks import differs, documented
from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller, publish, texts

pytestmark = documented("Topic")


def test_a_created_topic_can_be_read(publisher: PublisherClient, project: str) -> None:
    name = f"{project}/topics/updates"

    publisher.create_topic(request={"name": name, "labels": {"team": "churn"}})

    topic = publisher.get_topic(topic=name)
    assert topic.name == name
    assert dict(topic.labels) == {"team": "churn"}


def test_a_topic_cannot_be_created_twice(publisher: PublisherClient, topic: str) -> None:
    with pytest.raises(AlreadyExists):
        publisher.create_topic(name=topic)


def test_an_unknown_topic_is_not_found(publisher: PublisherClient, project: str) -> None:
    with pytest.raises(NotFound):
        publisher.get_topic(topic=f"{project}/topics/nothing")


def test_publishing_to_an_unknown_topic_is_refused(
    publisher: PublisherClient, project: str
) -> None:
    with pytest.raises(NotFound):
        publish(publisher, f"{project}/topics/nothing", "lost")


@pytest.mark.parametrize(
    "name",
    ["ab", "1st", "goog-topic", "with space", "with/slash", "a" * 256, "é-accent"],
)
def test_a_topic_s_id_has_3_to_255_allowed_characters(
    publisher: PublisherClient, project: str, name: str
) -> None:
    with pytest.raises(InvalidArgument):
        publisher.create_topic(name=f"{project}/topics/{name}")


@pytest.mark.parametrize("name", ["abc", "a" * 255, "with-_.~+%25"])
def test_a_valid_id_is_accepted(publisher: PublisherClient, project: str, name: str) -> None:
    assert publisher.create_topic(name=f"{project}/topics/{name}").name.endswith(name)


def test_the_topics_of_a_project_are_listed_in_pages(
    publisher: PublisherClient, project: str
) -> None:
    names = {f"{project}/topics/topic-{number}" for number in range(5)}
    for name in names:
        publisher.create_topic(name=name)

    pages = publisher.list_topics(request={"project": project, "page_size": 2})

    assert {topic.name for topic in pages} == names


@pytest.mark.usefixtures("topic")
def test_topics_of_other_projects_are_not_listed(
    pubsub: PubSub, publisher: PublisherClient
) -> None:
    other = f"projects/{pubsub.project()}"

    assert list(publisher.list_topics(project=other)) == []


def test_the_subscriptions_of_a_topic_are_listed(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    assert list(publisher.list_topic_subscriptions(topic=topic)) == [subscription.name]


@differs(official="labels cannot be updated")
def test_a_topic_s_labels_can_be_updated(publisher: PublisherClient, topic: str) -> None:
    updated = publisher.update_topic(
        request={
            "topic": {"name": topic, "labels": {"team": "churn"}},
            "update_mask": {"paths": ["labels"]},
        }
    )

    assert dict(updated.labels) == {"team": "churn"}
    assert dict(publisher.get_topic(topic=topic).labels) == {"team": "churn"}


def test_a_topic_s_retention_can_be_updated(publisher: PublisherClient, topic: str) -> None:
    publisher.update_topic(
        request={
            "topic": {"name": topic, "message_retention_duration": "600s"},
            "update_mask": {"paths": ["message_retention_duration"]},
        }
    )

    assert publisher.get_topic(topic=topic).message_retention_duration.seconds == 600


def test_a_topic_retains_messages_for_10_minutes_at_least(
    publisher: PublisherClient, project: str
) -> None:
    request = {"name": f"{project}/topics/forgetful", "message_retention_duration": "599s"}

    with pytest.raises(InvalidArgument):
        publisher.create_topic(request=request)


def test_a_topic_retains_messages_for_31_days_at_most(
    publisher: PublisherClient, project: str
) -> None:
    month = 31 * 24 * 3600
    name = f"{project}/topics/long"

    with pytest.raises(InvalidArgument):
        publisher.create_topic(
            request={"name": name, "message_retention_duration": f"{month + 1}s"}
        )
    publisher.create_topic(request={"name": name, "message_retention_duration": f"{month}s"})


def test_the_subscriptions_of_a_deleted_topic_say_so(
    publisher: PublisherClient, subscriber: SubscriberClient, topic: str, subscription: Puller
) -> None:
    publisher.delete_topic(topic=topic)

    left = subscriber.get_subscription(subscription=subscription.name)
    assert left.topic == "_deleted-topic_"


def test_messages_of_a_deleted_topic_can_still_be_pulled(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "left behind")

    publisher.delete_topic(topic=topic)

    assert texts(subscription.pull(1)) == ["left behind"]


@pytest.mark.usefixtures("subscription")
def test_a_topic_that_is_created_anew_has_no_subscriptions(
    publisher: PublisherClient, topic: str
) -> None:
    publisher.delete_topic(topic=topic)
    publisher.create_topic(name=topic)

    assert list(publisher.list_topic_subscriptions(topic=topic)) == []


def test_a_deleted_topic_is_not_found(publisher: PublisherClient, topic: str) -> None:
    publisher.delete_topic(topic=topic)

    with pytest.raises(NotFound):
        publisher.delete_topic(topic=topic)
