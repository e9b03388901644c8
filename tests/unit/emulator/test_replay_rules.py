"""Retention and seek, in the rules."""

from dataclasses import replace

from tests.emulator_rules import TOPIC, Rules, ack, take, texts
from tools.emulator.clock import SECOND
from tools.emulator.settings import TopicSettings


def test_an_unacknowledged_message_is_forgotten_after_the_retention() -> None:
    rules = Rules()
    subscription = rules.subscribe(retention=600 * SECOND)
    rules.publish("old")

    rules.clock.forward(601)

    assert take(subscription) == []


def test_a_backlog_that_nobody_pulls_is_forgotten_as_new_messages_come() -> None:
    rules = Rules()
    subscription = rules.subscribe(retention=600 * SECOND)
    rules.publish("old", "old", "old")
    rules.clock.forward(601)

    rules.publish("new")

    assert subscription.ready == 1


def test_retained_messages_are_forgotten_after_the_retention() -> None:
    rules = Rules()
    subscription = rules.subscribe(retention=600 * SECOND, retain_acked_messages=True)
    rules.publish("old")
    ack(subscription, *take(subscription))
    assert subscription.retained == 1

    rules.clock.forward(601)
    rules.publish("new")

    assert subscription.retained == 0


def test_a_seek_delivers_in_the_order_of_publishing_what_was_acked_and_what_was_not() -> None:
    rules = Rules()
    subscription = rules.subscribe(retain_acked_messages=True)
    rules.publish("1", "2", "3", "4")
    one, two, three, four = take(subscription)
    ack(subscription, four, two)

    rules.broker.seek(subscription.settings.name, one.message.publish_time)

    assert texts(take(subscription)) == ["1", "2", "3", "4"]
    assert three.attempt == 1


def test_a_seek_makes_ack_ids_stale() -> None:
    rules = Rules()
    subscription = rules.subscribe()
    (message,) = rules.publish("held")
    (held,) = take(subscription)
    stale = held.ack_id

    subscription.seek(message.publish_time)
    subscription.acknowledge([stale])

    assert texts(take(subscription)) == ["held"]


def test_a_message_published_at_the_very_time_is_delivered() -> None:
    rules = Rules()
    subscription = rules.subscribe(retain_acked_messages=True)
    rules.publish("before")
    rules.clock.forward(1)
    (message,) = rules.publish("at that time")
    ack(subscription, *take(subscription))

    subscription.seek(message.publish_time)

    assert texts(take(subscription)) == ["at that time"]


def test_an_acknowledged_message_of_an_open_batch_is_retained_through_a_seek() -> None:
    rules = Rules()
    subscription = rules.subscribe(ordering=True, retain_acked_messages=True)
    (first, _) = rules.publish("1", "2", key="a")
    ack(subscription, take(subscription)[1])

    subscription.seek(rules.clock() + SECOND)
    subscription.seek(first.publish_time)

    assert texts(take(subscription)) == ["1", "2"]


def test_a_seek_back_and_forth_loses_nothing_that_is_retained() -> None:
    rules = Rules()
    subscription = rules.subscribe(retain_acked_messages=True)
    (message,) = rules.publish("kept")

    subscription.seek(rules.clock() + SECOND)
    assert take(subscription) == []
    subscription.seek(message.publish_time)

    assert texts(take(subscription)) == ["kept"]


def test_what_the_topic_and_the_subscription_both_retain_comes_once() -> None:
    rules = Rules()
    rules.broker.topic(TOPIC).settings = TopicSettings(TOPIC, retention=600 * SECOND)
    subscription = rules.subscribe(retain_acked_messages=True)
    (message,) = rules.publish("once")
    ack(subscription, *take(subscription))

    rules.broker.seek(subscription.settings.name, message.publish_time)

    assert texts(take(subscription)) == ["once"]


def test_a_topic_forgets_what_is_older_than_its_retention() -> None:
    rules = Rules()
    topic = rules.broker.topic(TOPIC)
    topic.settings = TopicSettings(TOPIC, retention=600 * SECOND)
    rules.publish("old")

    rules.clock.forward(601)

    assert topic.retained() == []


def test_what_is_retained_is_forgotten_when_retaining_is_turned_off() -> None:
    rules = Rules()
    subscription = rules.subscribe(retain_acked_messages=True)
    rules.publish("kept")
    ack(subscription, *take(subscription))

    rules.broker.update_subscription(replace(subscription.settings, retain_acked_messages=False))
    take(subscription)

    assert subscription.retained == 0
