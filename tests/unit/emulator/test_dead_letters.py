"""The dead-letter policy, in the rules."""

from dataclasses import replace

from tests.emulator_rules import DEAD_TOPIC, Rules, nack, take, texts
from tools.emulator.settings import DeadLetterPolicy
from tools.emulator.subscription import Subscription

POLICY = DeadLetterPolicy(DEAD_TOPIC, 5)


def fail(subscription: Subscription, times: int) -> None:
    """Nack the message that comes, so many times."""
    for _ in range(times):
        nack(subscription, *take(subscription, 1))


def test_a_dead_letter_carries_what_the_message_had_and_where_it_came_from() -> None:
    rules = Rules()
    source = rules.subscribe("source", dead_letter_policy=POLICY)
    dead = rules.subscribe("dead", topic=DEAD_TOPIC)
    rules.publish("poison")

    fail(source, 5)

    (text,) = texts(take(dead))
    assert text.startswith("poison{")
    assert "'CloudPubSubDeadLetterSourceDeliveryCount': '5'" in text
    assert "'CloudPubSubDeadLetterSourceSubscription': 'source'" in text
    assert "'CloudPubSubDeadLetterSourceSubscriptionProject': 'test'" in text
    assert "'CloudPubSubDeadLetterSourceTopicPublishTime': '2023-11-14T22:13:20.000Z'" in text


def test_a_dead_letter_has_an_id_of_its_own() -> None:
    rules = Rules()
    source = rules.subscribe("source", dead_letter_policy=POLICY)
    dead = rules.subscribe("dead", topic=DEAD_TOPIC)
    (poison,) = rules.publish("poison")

    fail(source, 5)

    assert take(dead)[0].message.number != poison.number


def test_a_dead_letter_is_acknowledged_for_the_source() -> None:
    rules = Rules()
    source = rules.subscribe("source", dead_letter_policy=POLICY, retain_acked_messages=True)
    rules.publish("poison")

    fail(source, 5)

    assert (source.ready, source.outstanding, source.retained) == (0, 0, 1)


def test_a_message_stays_where_its_dead_letter_topic_is_gone() -> None:
    rules = Rules()
    source = rules.subscribe("source", dead_letter_policy=POLICY)
    rules.publish("poison")
    rules.broker.delete_topic(DEAD_TOPIC)

    fail(source, 7)

    (delivery,) = take(source)
    assert delivery.attempt == 8


def test_a_policy_that_is_set_later_counts_the_failures_before_it() -> None:
    rules = Rules()
    source = rules.subscribe("source")
    dead = rules.subscribe("dead", topic=DEAD_TOPIC)
    rules.publish("poison")
    fail(source, 4)

    rules.broker.update_subscription(replace(source.settings, dead_letter_policy=POLICY))
    fail(source, 1)

    assert len(take(dead)) == 1


def test_the_next_message_of_a_key_follows_a_dead_letter() -> None:
    rules = Rules()
    source = rules.subscribe("source", dead_letter_policy=POLICY, ordering=True)
    rules.publish("poison", "fine", key="customer-1")

    fail(source, 5)

    assert texts(take(source)) == ["fine"]
