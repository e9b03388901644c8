"""Subscriptions with a filter ("Filter messages from a subscription")."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.api_core.exceptions import BadRequest, InvalidArgument
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from tests.conformance.marks import differs, documented
from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller, publish, texts

pytestmark = documented("Filter messages from a subscription")

does_not_apply_filters = differs(official="it keeps filters and does not apply them")
does_not_check_filters = differs(official="it does not check filters")

Filtered = Callable[..., Puller]


@pytest.fixture
def filtered(subscriber: SubscriberClient, project: str, topic: str) -> Filtered:
    """Give a function that subscribes with a filter."""

    def subscribe(text: str, *, name: str = "filtered", **settings: Any) -> Puller:
        request = {"name": f"{project}/subscriptions/{name}", "topic": topic, "filter": text}
        return Puller.create(subscriber, **{**request, **settings})

    return subscribe


def an_hour_ago() -> datetime:
    """Give a time before everything was published."""
    return datetime.now(UTC) - timedelta(hours=1)


@does_not_apply_filters
def test_only_the_messages_that_match_the_filter_are_received(
    publisher: PublisherClient, topic: str, filtered: Filtered
) -> None:
    critical = filtered('attributes.risk = "critical"')

    publish(publisher, topic, "1", risk="critical")
    publish(publisher, topic, "2", risk="high")
    publish(publisher, topic, "3")
    publish(publisher, topic, "4", risk="critical")

    assert sorted(texts(critical.pull(2))) == ["1", "4"]
    assert critical.pull_once() == []


@does_not_apply_filters
def test_a_streaming_pull_receives_only_what_matches(
    pubsub: PubSub, publisher: PublisherClient, topic: str, filtered: Filtered
) -> None:
    critical = filtered('attributes.risk = "critical"')

    with pubsub.stream(critical.name) as stream:
        publish(publisher, topic, "1", risk="high")
        publish(publisher, topic, "2", risk="critical")

        assert texts(stream.wait_for(1)) == ["2"]


@does_not_apply_filters
def test_each_subscription_of_a_topic_has_its_own_filter(
    publisher: PublisherClient, topic: str, subscription: Puller, filtered: Filtered
) -> None:
    high = filtered('attributes.risk = "high"', name="high")
    scored = filtered("attributes:risk", name="scored")

    publish(publisher, topic, "1", risk="critical")
    publish(publisher, topic, "2", risk="high")
    publish(publisher, topic, "3")

    assert texts(high.pull(1)) == ["2"]
    assert sorted(texts(scored.pull(2))) == ["1", "2"]
    assert sorted(texts(subscription.pull(3))) == ["1", "2", "3"]
    assert high.pull_once() == scored.pull_once() == []


@does_not_apply_filters
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("attributes:name", ["com", "net"]),
        ("NOT attributes:name", ["none", "tagged"]),
        ('attributes.name = "com"', ["com"]),
        ('attributes.name != "com"', ["net", "none", "tagged"]),
        ('hasPrefix(attributes.name, "co")', ["com"]),
        ('NOT hasPrefix(attributes.name, "co")', ["net", "none", "tagged"]),
        ('attributes."iana.org/language_tag" = "en"', ["tagged"]),
        (r'attributes:"iana.org\u002flanguage_tag"', ["tagged"]),
        ('attributes:name AND -attributes.name = "com"', ["net"]),
        (
            'NOT attributes:name AND (attributes:x OR attributes:"iana.org/language_tag")',
            ["tagged"],
        ),
    ],
)
def test_a_filter_matches_keys_and_values_of_attributes(
    publisher: PublisherClient, topic: str, filtered: Filtered, text: str, expected: list[str]
) -> None:
    subscription = filtered(text)

    publish(publisher, topic, "com", name="com")
    publish(publisher, topic, "net", name="net")
    publish(publisher, topic, "none")
    publish(publisher, topic, "tagged", **{"iana.org/language_tag": "en"})

    assert sorted(texts(subscription.pull(len(expected)))) == expected
    assert subscription.pull_once() == []


@does_not_apply_filters
def test_messages_that_do_not_match_are_acknowledged_automatically(
    publisher: PublisherClient, topic: str, filtered: Filtered
) -> None:
    critical = filtered('attributes.risk = "critical"', retain_acked_messages=True)
    publish(publisher, topic, "1", risk="high")
    publish(publisher, topic, "2", risk="critical")
    critical.ack(critical.pull(1))

    critical.subscriber.seek(request={"subscription": critical.name, "time": an_hour_ago()})

    assert texts(critical.pull(1)) == ["2"]
    assert critical.pull_once() == []


@does_not_apply_filters
def test_what_a_topic_retains_comes_back_only_where_it_matches(
    publisher: PublisherClient, project: str, filtered: Filtered
) -> None:
    topic = publisher.create_topic(
        request={"name": f"{project}/topics/retaining", "message_retention_duration": "600s"}
    ).name
    publish(publisher, topic, "1", risk="high")
    publish(publisher, topic, "2", risk="critical")
    late = filtered('attributes.risk = "critical"', topic=topic)

    late.subscriber.seek(request={"subscription": late.name, "time": an_hour_ago()})

    assert texts(late.pull(1)) == ["2"]
    assert late.pull_once() == []


@does_not_apply_filters
def test_the_order_of_a_key_holds_among_the_messages_that_match(
    pubsub: PubSub, topic: str, filtered: Filtered
) -> None:
    ordered = filtered('attributes.risk = "high"', enable_message_ordering=True)
    publisher = pubsub.publisher(ordering=True)
    for number, risk in enumerate(["high", "low", "high", "low", "high"]):
        publish(publisher, topic, str(number), ordering_key="customer-1", risk=risk)

    received = ordered.pull(3)
    ordered.nack(received[:1])

    assert texts(received) == ["0", "2", "4"]
    assert texts(ordered.pull(3)) == ["0", "2", "4"]


@does_not_apply_filters
def test_dead_letters_can_be_chosen_by_the_subscription_that_they_come_from(
    publisher: PublisherClient, project: str, topic: str, filtered: Filtered
) -> None:
    dead_topic = publisher.create_topic(name=f"{project}/topics/dead-letters").name
    policy = {"dead_letter_topic": dead_topic, "max_delivery_attempts": 5}
    high = filtered('attributes.risk = "high"', name="high", dead_letter_policy=policy)
    low = filtered('attributes.risk = "low"', name="low", dead_letter_policy=policy)
    of_low = filtered(
        'attributes.CloudPubSubDeadLetterSourceSubscription = "low"', name="dead", topic=dead_topic
    )

    publish(publisher, topic, "1", risk="high")
    publish(publisher, topic, "2", risk="low")
    for _ in range(5):
        high.nack(high.pull(1))
        low.nack(low.pull(1))

    assert texts(of_low.pull(1)) == ["2"]
    assert of_low.pull_once() == []


def test_the_filter_of_a_subscription_can_be_read(
    subscriber: SubscriberClient, project: str, filtered: Filtered
) -> None:
    text = 'attributes.risk="high"  OR attributes:"é"'
    subscription = filtered(text)

    found = subscriber.get_subscription(subscription=subscription.name)
    (listed,) = subscriber.list_subscriptions(project=project)

    assert found.filter == listed.filter == text


def test_without_a_filter_every_message_is_received(
    publisher: PublisherClient, topic: str, filtered: Filtered
) -> None:
    everything = filtered("")

    publish(publisher, topic, "1", risk="high")
    publish(publisher, topic, "2")

    assert sorted(texts(everything.pull(2))) == ["1", "2"]


@does_not_check_filters
@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("risk", 1),
        ('"high" = attributes.risk', 1),
        ("attributes.risk = attributes.other", 19),
        ('attributes.risk > "high"', 17),
        (r"attributes:\u307F", 12),
        ("attributes:a and attributes:b", 14),
        ("attributes:a AND attributes:b OR attributes:c", 31),
        ('attributes.risk = "high" AND ("low" OR "none")', 31),
        ('hasSuffix(attributes.risk, "gh")', 1),
    ],
)
def test_a_bad_filter_is_refused_and_shown_its_place(
    filtered: Filtered, text: str, column: int
) -> None:
    with pytest.raises(InvalidArgument, match=f"column {column}:"):
        filtered(text)


@does_not_check_filters
def test_the_maximum_length_of_a_filter_is_256_bytes(filtered: Filtered) -> None:
    longest = f'attributes.name = "{"x" * 236}"'
    assert len(longest) == 256

    filtered(longest)
    with pytest.raises(InvalidArgument, match="256 bytes"):
        filtered(longest + " ", name="too-long")


@pytest.mark.parametrize("text", ["", 'attributes.risk = "low"', 'attributes.risk = "high"'])
def test_the_filter_of_a_subscription_cannot_be_modified(filtered: Filtered, text: str) -> None:
    subscription = filtered('attributes.risk = "high"')

    with pytest.raises(BadRequest):
        subscription.subscriber.update_subscription(
            request={
                "subscription": {"name": subscription.name, "filter": text},
                "update_mask": {"paths": ["filter"]},
            }
        )


@does_not_apply_filters
def test_a_snapshot_takes_the_backlog_to_a_subscription_with_another_filter(
    publisher: PublisherClient, project: str, topic: str, filtered: Filtered
) -> None:
    old = filtered("attributes:risk", name="old")
    publish(publisher, topic, "1", risk="high")
    publish(publisher, topic, "2", risk="low")
    publish(publisher, topic, "3")
    snapshot = f"{project}/snapshots/transition"
    old.subscriber.create_snapshot(name=snapshot, subscription=old.name)
    publish(publisher, topic, "4", risk="high")
    new = filtered('attributes.risk = "high"', name="new")

    new.subscriber.seek(request={"subscription": new.name, "snapshot": snapshot})

    assert sorted(texts(new.pull(2))) == ["1", "4"]
    assert new.pull_once() == []


@does_not_apply_filters
def test_the_filter_stays_when_other_fields_are_updated(
    publisher: PublisherClient, topic: str, filtered: Filtered
) -> None:
    critical = filtered('attributes.risk = "critical"')

    updated = critical.subscriber.update_subscription(
        request={
            "subscription": {"name": critical.name, "ack_deadline_seconds": 60},
            "update_mask": {"paths": ["ack_deadline_seconds"]},
        }
    )
    publish(publisher, topic, "1", risk="high")
    publish(publisher, topic, "2", risk="critical")

    assert updated.filter == 'attributes.risk = "critical"'
    assert texts(critical.pull(1)) == ["2"]
    assert critical.pull_once() == []
