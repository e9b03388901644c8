"""A filter among the rules: what it leaves out was never there ("Filter messages…")."""

from tests.emulator_rules import DEAD_TOPIC, TOPIC, Rules, ack, nack, take, texts
from tools.emulator.clock import MINUTE
from tools.emulator.filters import compiled
from tools.emulator.settings import DeadLetterPolicy, TopicSettings

WANTED = compiled('hasPrefix(attributes.text, "yes")')


def test_what_does_not_match_is_not_in_the_backlog() -> None:
    rules = Rules()
    subscription = rules.subscribe(filter=WANTED)

    rules.publish("yes 1", "no", "yes 2")

    assert subscription.ready == 2
    assert texts(take(subscription)) == ["yes 1", "yes 2"]


def test_what_does_not_match_wakes_nobody() -> None:
    rules = Rules()
    subscription = rules.subscribe(filter=WANTED)
    changes: list[str] = []
    subscription.changed = lambda: changes.append("changed")

    rules.publish("no")
    assert changes == []
    rules.publish("yes")
    assert changes == ["changed"]


def test_what_does_not_match_is_not_retained_and_comes_with_no_seek() -> None:
    rules = Rules()
    subscription = rules.subscribe(filter=WANTED, retain_acked_messages=True)
    rules.publish("yes", "no")
    ack(subscription, *take(subscription))

    assert subscription.retained == 1
    rules.broker.seek(subscription.settings.name, 0)

    assert texts(take(subscription)) == ["yes"]


def test_a_seek_takes_from_the_topic_what_matches_only() -> None:
    rules = Rules()
    rules.broker.topic(TOPIC).settings = TopicSettings(TOPIC, retention=10 * MINUTE)
    rules.publish("yes", "no")
    late = rules.subscribe("late", filter=WANTED)

    rules.broker.seek(late.settings.name, 0)

    assert texts(take(late)) == ["yes"]


def test_a_key_does_not_wait_for_messages_that_do_not_match() -> None:
    rules = Rules()
    subscription = rules.subscribe(filter=WANTED, ordering=True)
    rules.publish("yes 1", "no", "yes 2", key="a")

    first, second = take(subscription)
    nack(subscription, first)

    assert texts([first, second]) == texts(take(subscription)) == ["yes 1", "yes 2"]


def test_dead_letters_are_filtered_by_what_they_are_then() -> None:
    rules = Rules()
    policy = DeadLetterPolicy(DEAD_TOPIC)
    subscription = rules.subscribe(dead_letter_policy=policy)
    as_published = compiled('attributes.text = "yes"')
    before = rules.subscribe("before", topic=DEAD_TOPIC, filter=as_published)
    after = rules.subscribe("after", topic=DEAD_TOPIC, filter=WANTED)
    rules.publish("yes")

    for _ in range(policy.max_delivery_attempts):
        nack(subscription, *take(subscription))

    assert before.ready == 0
    assert after.ready == 1


def test_attributes_are_read_for_filters_only() -> None:
    rules = Rules()
    rules.subscribe()
    rules.publish("unread")
    assert rules.attributes_read == []

    rules.subscribe("filtered", filter=WANTED)
    rules.publish("read")
    assert rules.attributes_read == [b"read"]
