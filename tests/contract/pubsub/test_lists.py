"""Lists of resources, page by page ("ListTopicsRequest" and its kin in the API reference)."""

import pytest
from google.api_core.exceptions import InvalidArgument
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from tests.conformance.marks import differs, documented

pytestmark = documented("ListTopicsRequest")


@pytest.fixture
def names(publisher: PublisherClient, project: str) -> list[str]:
    """Give the names of five topics that exist."""
    return [
        str(publisher.create_topic(name=f"{project}/topics/topic-{number}").name)
        for number in range(5)
    ]


def test_a_page_has_at_most_page_size_topics_and_every_topic_is_on_one_page(
    publisher: PublisherClient, project: str, names: list[str]
) -> None:
    pages = list(publisher.list_topics(request={"project": project, "page_size": 2}).pages)

    assert [len(page.topics) for page in pages] == [2, 2, 1]
    assert sorted(topic.name for page in pages for topic in page.topics) == names
    assert pages[-1].next_page_token == ""


def test_the_subscriptions_of_a_topic_are_listed_in_pages(
    publisher: PublisherClient, subscriber: SubscriberClient, project: str, names: list[str]
) -> None:
    topic, other, *_ = names
    mine = [f"{project}/subscriptions/mine-{number}" for number in range(3)]
    for name in mine:
        subscriber.create_subscription(name=name, topic=topic)
    subscriber.create_subscription(name=f"{project}/subscriptions/other", topic=other)

    pages = list(publisher.list_topic_subscriptions(request={"topic": topic, "page_size": 2}).pages)

    assert [len(page.subscriptions) for page in pages] == [2, 1]
    assert sorted(name for page in pages for name in page.subscriptions) == mine


def test_what_is_deleted_between_two_pages_does_not_disturb_the_list(
    publisher: PublisherClient, project: str, names: list[str]
) -> None:
    request = {"project": project, "page_size": 2}
    first = next(publisher.list_topics(request=request).pages)
    last_of_first = first.topics[-1].name
    publisher.delete_topic(topic=last_of_first)

    rest = publisher.list_topics(request={**request, "page_token": first.next_page_token})

    listed = [topic.name for topic in [*first.topics, *rest]]
    assert sorted(listed) == names


@differs(official="it takes any page token")
def test_a_page_token_is_one_that_a_list_gave(publisher: PublisherClient, project: str) -> None:
    with pytest.raises(InvalidArgument):
        list(publisher.list_topics(request={"project": project, "page_token": "nonsense"}))


@differs(official="it takes a negative page size")
def test_a_page_size_is_not_negative(publisher: PublisherClient, project: str) -> None:
    with pytest.raises(InvalidArgument):
        list(publisher.list_topics(request={"project": project, "page_size": -1}))
