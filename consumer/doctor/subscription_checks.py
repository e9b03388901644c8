"""Does the subscription do what the settings count on?"""

from collections.abc import Callable
from typing import Any

from consumer.doctor.checks import Check, Finding, fail, warn
from consumer.settings import Settings

SHORT_DEADLINE_SECONDS = 20
"""Below it, a pause of the process of a few seconds lets leases expire."""
SHORT_RETENTION_SECONDS = 24 * 3_600
"""Below it, an outage over a night loses events."""


class SubscriptionChecks:
    """Compares what is set with what the subscription really has."""

    def __init__(self, settings: Settings, subscription: Callable[[], Any]) -> None:
        self._settings = settings
        self._read = subscription

    def all(self) -> list[Check]:
        """Give the checks in the order to ask them."""
        asked = {
            "ack deadline": self._ack_deadline,
            "dead-letter policy": self._dead_letter_policy,
            "retry policy": self._retry_policy,
            "retention": self._retention,
            "ordering": self._ordering,
            "exactly-once": self._exactly_once,
            "filter": self._filter,
        }
        return [Check(name, ask, needs=("subscription",)) for name, ask in asked.items()]

    def _ack_deadline(self) -> Finding:
        seconds = self._read().ack_deadline_seconds
        longest = self._settings.pubsub.max_lease_seconds
        if seconds > longest:
            return warn(
                f"the ack deadline of {seconds} s is above pubsub.max_lease_seconds ({longest})",
                "lower the deadline, or raise pubsub.max_lease_seconds",
            )
        if seconds < SHORT_DEADLINE_SECONDS:
            return warn(
                f"the ack deadline of {seconds} s lets leases expire when the worker pauses",
                f"{self._update()} --ack-deadline=60",
            )
        return Finding(f"{seconds} s, extended while a message is held, up to {longest} s")

    def _dead_letter_policy(self) -> Finding:
        policy = self._read().dead_letter_policy
        own = self._settings.pubsub.max_delivery_attempts
        if not policy.dead_letter_topic:
            age = self._settings.dead_letters.max_age_seconds
            return warn(
                "none: attempts are not counted, so an event that keeps failing is given up on "
                f"by age (dead_letters.max_age_seconds, {age:g})",
                f"{self._update()} --dead-letter-topic={self._settings.dead_letter_topic_path} "
                f"--max-delivery-attempts={max(own + 1, 5)}",
            )
        theirs = policy.max_delivery_attempts
        if theirs <= own:
            return fail(
                f"the policy's max_delivery_attempts ({theirs}) must be above "
                f"pubsub.max_delivery_attempts ({own}): Pub/Sub gives up first, without a reason",
                f"{self._update()} --max-delivery-attempts={own + 1}, or lower the setting",
            )
        if policy.dead_letter_topic == self._read().topic:
            return fail(
                "the policy's dead-letter topic is the input topic: events would circle for ever",
                f"{self._update()} --dead-letter-topic={self._settings.dead_letter_topic_path}",
            )
        return Finding(f"after {theirs} attempts to {policy.dead_letter_topic}; ours after {own}")

    def _retry_policy(self) -> Finding:
        subscription = self._read()
        if "retry_policy" not in subscription:
            return warn(
                "none: a nacked event comes again at once, and its attempts are spent in a second",
                f"{self._update()} --min-retry-delay=10s --max-retry-delay=600s",
            )
        policy = subscription.retry_policy
        shortest = policy.minimum_backoff.total_seconds()
        longest = policy.maximum_backoff.total_seconds()
        return Finding(f"a nacked event comes again after {shortest:g} s to {longest:g} s")

    def _retention(self) -> Finding:
        seconds = self._read().message_retention_duration.total_seconds()
        age = self._settings.dead_letters.max_age_seconds
        if seconds < max(SHORT_RETENTION_SECONDS, age):
            return warn(
                f"events that wait longer than {seconds:g} s are lost; "
                f"dead_letters.max_age_seconds is {age:g}",
                f"{self._update()} --message-retention-duration=7d",
            )
        return Finding(f"unacknowledged events are kept for {seconds / 86_400:g} days")

    def _ordering(self) -> Finding:
        received = self._read().enable_message_ordering
        if self._settings.alerts.ordering and not received:
            return warn(
                "alerts.ordering is on, but events are received in any order",
                "make the subscription with --enable-message-ordering, or set alerts.ordering "
                "to false",
            )
        return Finding(f"events {_on(received)}, alerts {_on(self._settings.alerts.ordering)}")

    def _exactly_once(self) -> Finding:
        if self._read().enable_exactly_once_delivery:
            return warn(
                "on: it costs throughput, and gives nothing that alert_id does not give already",
                f"{self._update()} --no-enable-exactly-once-delivery",
            )
        return Finding("off; a repeated event gives the same alert_id")

    def _filter(self) -> Finding:
        expression = self._read().filter
        if expression:
            return warn(
                f"only events with {expression} are received; Pub/Sub acknowledges all others",
                "a filter cannot be changed: make the subscription anew where it is not meant",
            )
        return Finding("none; every event is received")

    def _update(self) -> str:
        return f"gcloud pubsub subscriptions update {self._settings.subscription_path}"


def _on(enabled: bool) -> str:  # noqa: FBT001 - a word for a value
    return "in order" if enabled else "in any order"
