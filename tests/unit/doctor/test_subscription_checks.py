"""Each way a subscription may differ from what the settings count on."""

from typing import Any

import pytest
from google.cloud.pubsub_v1 import types

from consumer.doctor.checks import Check, CheckResult, Finding, Status, run
from consumer.doctor.subscription_checks import SubscriptionChecks
from consumer.settings import AlertsSettings, PubsubSettings, Settings

SETTINGS = Settings(pubsub=PubsubSettings(project="bank"))
TOPIC = "projects/bank/topics/updates"
DEAD_LETTERS = "projects/bank/topics/churn-dead-letters"

GOOD: dict[str, Any] = {
    "name": "projects/bank/subscriptions/churn-worker",
    "topic": TOPIC,
    "ack_deadline_seconds": 60,
    "dead_letter_policy": {"dead_letter_topic": DEAD_LETTERS, "max_delivery_attempts": 5},
    "retry_policy": {"minimum_backoff": {"seconds": 10}, "maximum_backoff": {"seconds": 600}},
    "message_retention_duration": {"seconds": 604_800},
}


def checked(settings: Settings = SETTINGS, **changes: Any) -> dict[str, CheckResult]:
    subscription = types.Subscription({**GOOD, **changes})
    checks = SubscriptionChecks(settings, lambda: subscription).all()
    results = run([Check("subscription", lambda: Finding("")), *checks])
    return {result.name: result for result in results}


def test_a_subscription_as_it_should_be_passes_everything() -> None:
    assert {result.status for result in checked().values()} == {Status.OK}


@pytest.mark.parametrize(
    ("name", "changes", "status", "detail", "mend"),
    [
        ("ack deadline", {"ack_deadline_seconds": 10}, Status.WARN, "10 s", "--ack-deadline=60"),
        (
            "dead-letter policy",
            {"dead_letter_policy": None},
            Status.WARN,
            "max_age_seconds",
            "--max-delivery-attempts=5",
        ),
        (
            "dead-letter policy",
            {"dead_letter_policy": {"dead_letter_topic": TOPIC, "max_delivery_attempts": 5}},
            Status.FAIL,
            "circle",
            DEAD_LETTERS,
        ),
        ("retry policy", {"retry_policy": None}, Status.WARN, "at once", "--min-retry-delay"),
        (
            "retention",
            {"message_retention_duration": {"seconds": 600}},
            Status.WARN,
            "longer than 600 s are lost",
            "--message-retention-duration=7d",
        ),
        (
            "exactly-once",
            {"enable_exactly_once_delivery": True},
            Status.WARN,
            "throughput",
            "--no-enable-exactly-once-delivery",
        ),
        (
            "filter",
            {"filter": 'attributes.country = "FR"'},
            Status.WARN,
            'attributes.country = "FR"',
            "anew",
        ),
    ],
)
def test_a_difference_is_found_alone_and_mended_by_a_command(
    name: str, changes: dict[str, Any], status: Status, detail: str, mend: str
) -> None:
    results = checked(**changes)
    found = results.pop(name)
    assert found.status is status
    assert detail in found.detail
    assert mend in found.mend
    assert {result.status for result in results.values()} == {Status.OK}


@pytest.mark.parametrize(("own", "status"), [(4, Status.OK), (5, Status.FAIL), (6, Status.FAIL)])
def test_the_worker_must_give_up_before_pubsub_does(own: int, status: Status) -> None:
    settings = Settings(pubsub=PubsubSettings(project="bank", max_delivery_attempts=own))
    assert checked(settings)["dead-letter policy"].status is status


def test_an_ack_deadline_above_the_longest_lease_is_told() -> None:
    settings = Settings(pubsub=PubsubSettings(project="bank", max_lease_seconds=30))
    assert "pubsub.max_lease_seconds (30)" in checked(settings)["ack deadline"].detail


def test_ordered_alerts_need_ordered_events() -> None:
    settings = Settings(pubsub=PubsubSettings(project="bank"), alerts=AlertsSettings(ordering=True))
    assert checked(settings)["ordering"].status is Status.WARN
    assert checked(settings, enable_message_ordering=True)["ordering"].status is Status.OK
