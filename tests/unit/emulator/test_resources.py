"""Broker, labels, pages: what the contract suite does not reach."""

import pytest

from tests.emulator_rules import TOPIC, Rules
from tools.emulator.errors import AlreadyExists, InvalidArgument, NotFound
from tools.emulator.labels import check_labels
from tools.emulator.paging import page
from tools.emulator.settings import RetryPolicy, SubscriptionSettings, TopicSettings


def test_message_numbers_go_on_growing_after_a_restart() -> None:
    before = Rules()
    (last,) = list(before.broker.stamps(1))
    after = Rules()
    after.clock.forward(1)
    restarted = type(after.broker)(
        clock=after.clock,
        readdress=lambda payload, _, __: payload,
        attributes_of=lambda _: {},
    )

    (first,) = list(restarted.stamps(1))

    assert first.number > last.number


def test_publish_times_never_go_back_with_the_clock() -> None:
    rules = Rules()
    (first,) = rules.publish("1")
    rules.clock.forward(-60)

    (second,) = rules.publish("2")

    assert second.publish_time == first.publish_time


def test_a_publish_time_is_whole_microseconds() -> None:
    rules = Rules()
    rules.clock.now += 1_234

    (message,) = rules.publish("1")

    assert message.publish_time % 1_000 == 0


def test_names_of_topics_and_subscriptions_are_unique() -> None:
    rules = Rules()
    rules.subscribe("worker")

    with pytest.raises(AlreadyExists, match="worker exists already"):
        rules.subscribe("worker")
    with pytest.raises(AlreadyExists, match="updates exists already"):
        rules.broker.create_topic(TopicSettings(TOPIC))


def test_what_is_missing_is_named() -> None:
    rules = Rules()

    with pytest.raises(NotFound, match="projects/test/topics/nothing: create it first"):
        rules.broker.topic("projects/test/topics/nothing")


def test_the_names_of_a_project_do_not_include_those_of_a_longer_one() -> None:
    rules = Rules()

    assert rules.broker.topics("projects/te") == []


@pytest.mark.parametrize(
    "labels",
    [
        {"Team": "churn"},
        {"1st": "churn"},
        {"team": "Churn"},
        {"team": "churn alerts"},
        {"k" * 64: ""},
        {"team": "v" * 64},
        {f"label-{number}": "" for number in range(65)},
    ],
)
def test_labels_that_the_service_does_not_allow_are_refused(labels: dict[str, str]) -> None:
    with pytest.raises(InvalidArgument):
        check_labels(labels)


def test_labels_may_be_of_any_alphabet() -> None:
    assert check_labels({"équipe-1": "résiliation_2"}) == {"équipe-1": "résiliation_2"}


def test_pages_follow_each_other_without_gap_or_overlap() -> None:
    names = [f"projects/p/topics/name-{number:02}" for number in range(7)]
    seen: list[str] = []
    token, pages = "", 0
    while pages == 0 or token:
        found, token = page(names, 3, token)
        seen += found
        pages += 1

    assert (seen, pages) == (names, 3)


def test_a_last_page_that_is_full_has_no_next_page() -> None:
    assert page(["a", "b"], 2, "") == (["a", "b"], "")


def test_a_negative_page_size_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="page_size"):
        page([], -1, "")


@pytest.mark.parametrize("token", ["nonsense", "projects/p", "projects/p/topics/name/more"])
def test_a_page_token_that_no_list_gave_is_refused(token: str) -> None:
    with pytest.raises(InvalidArgument, match="page_token"):
        page([], 10, token)


def test_a_minimum_back_off_above_the_maximum_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="larger than maximum_backoff"):
        RetryPolicy(minimum_backoff=2, maximum_backoff=1)


def test_a_subscription_expires_after_a_day_at_least() -> None:
    with pytest.raises(InvalidArgument, match="1 day"):
        SubscriptionSettings("projects/p/subscriptions/sub", TOPIC, expiration=1)
