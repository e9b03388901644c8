"""Are topics, subscription and permissions there?"""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import cached_property
from typing import Any

from consumer.doctor.checks import Check, Finding, fail, skip, warn
from consumer.doctor.pubsub_probe import PubsubProbe
from consumer.errors import AccessDenied, ResourceMissing
from consumer.settings import Settings

DELETED_TOPIC = "_deleted-topic_"
"""What a subscription names after its topic was deleted (``Subscription.topic``, API reference)."""

PUBLISH = "pubsub.topics.publish"
CONSUME = "pubsub.subscriptions.consume"


class PubsubChecks:
    """Checks over topics and the subscription; clients are made when the first is asked."""

    def __init__(
        self, settings: Settings, open_probe: Callable[[], PubsubProbe], closing: ExitStack
    ) -> None:
        self._settings = settings
        self._open = open_probe
        self._closing = closing

    def all(self) -> list[Check]:
        """Give the checks in the order to ask them."""
        client = ("pubsub",)
        return [
            Check("pubsub", self._reachable, ("settings",)),
            Check("alert topic", self._alert_topic, client),
            Check("dead-letter topic", self._dead_letter_topic, client),
            Check("may publish", self._may_publish, client),
            Check("subscription", self._subscription, client),
            Check("may consume", self._may_consume, ("subscription",)),
            Check("input topic", self._input_topic, ("subscription",)),
        ]

    @cached_property
    def subscription(self) -> Any:
        """The subscription, read once."""
        return self._probe.subscription(self._settings.subscription_path)

    @cached_property
    def _probe(self) -> PubsubProbe:
        probe = self._open()
        self._closing.callback(probe.close)
        return probe

    def _reachable(self) -> Finding:
        """Any answer will do; without one, nothing else is worth waiting for."""
        with suppress(AccessDenied, ResourceMissing):
            self._probe.topic(self._settings.alert_topic_path, setting="pubsub.alert_topic")
        return Finding(f"{self._probe.host} answers")

    def _alert_topic(self) -> Finding:
        return self._topic(self._settings.alert_topic_path, "pubsub.alert_topic")

    def _dead_letter_topic(self) -> Finding:
        path = self._settings.dead_letter_topic_path
        if path == self._settings.alert_topic_path:
            return fail(
                "pubsub.dead_letter_topic and pubsub.alert_topic are the same topic",
                "set one of them to a topic of its own",
            )
        return self._topic(path, "pubsub.dead_letter_topic")

    def _topic(self, path: str, setting: str) -> Finding:
        try:
            topic = self._probe.topic(path, setting=setting)
        except AccessDenied:
            return skip(f"{path}: this identity may not look at it; see `may publish`")
        except ResourceMissing as error:
            return fail(str(error), f"gcloud pubsub topics create {path}")
        if topic.schema_settings.schema:
            return warn(
                f"{path} has the schema {topic.schema_settings.schema}, which may refuse messages",
                f"gcloud pubsub topics update {path} --clear-schema-settings",
            )
        return Finding(path)

    def _may_publish(self) -> Finding:
        paths = (self._settings.alert_topic_path, self._settings.dead_letter_topic_path)
        return self._granted(paths, PUBLISH, "topics", "roles/pubsub.publisher")

    def _may_consume(self) -> Finding:
        paths = (self._settings.subscription_path,)
        return self._granted(paths, CONSUME, "subscriptions", "roles/pubsub.subscriber")

    def _granted(self, paths: tuple[str, ...], permission: str, kind: str, role: str) -> Finding:
        granted = {path: self._probe.granted(path, permission) for path in paths}
        if None in granted.values():
            return skip("this server knows no permissions; an emulator is open to everybody")
        missing = [path for path in paths if not granted[path]]
        if missing:
            return fail(
                f"{permission} is not granted on {' and '.join(missing)}, or it does not exist",
                "; ".join(
                    f"gcloud pubsub {kind} add-iam-policy-binding {path} "
                    f"--member=serviceAccount:WORKER --role={role}"
                    for path in missing
                ),
            )
        return Finding(f"{permission} on {' and '.join(paths)}")

    def _subscription(self) -> Finding:
        try:
            found = self.subscription
        except ResourceMissing as error:
            return fail(str(error), self._create_subscription())
        if found.topic == DELETED_TOPIC or found.detached:
            return fail(
                f"{found.name} is cut off from its topic and receives nothing any more",
                "make it anew on the input topic, and set pubsub.subscription to it",
            )
        if _is_pushed(found):
            return fail(
                f"{found.name} sends to another place by itself and cannot be pulled from",
                "make a pull subscription, and set pubsub.subscription to it",
            )
        return Finding(f"{found.name} on {found.topic}")

    def _create_subscription(self) -> str:
        attempts = max(self._settings.pubsub.max_delivery_attempts + 1, 5)
        return (
            f"gcloud pubsub subscriptions create {self._settings.subscription_path} "
            f"--topic=INPUT_TOPIC --ack-deadline=60 --min-retry-delay=10s --max-retry-delay=600s "
            f"--dead-letter-topic={self._settings.dead_letter_topic_path} "
            f"--max-delivery-attempts={attempts}"
        )

    def _input_topic(self) -> Finding:
        topic = self.subscription.topic
        for key in ("alert_topic", "dead_letter_topic"):
            if getattr(self._settings, f"{key}_path") == topic:
                return fail(
                    f"pubsub.{key} is the input topic: the worker would feed itself for ever",
                    f"set pubsub.{key} to a topic of its own",
                )
        return self._without_schema(topic)

    def _without_schema(self, path: str) -> Finding:
        try:
            topic = self._probe.topic(path, setting="the subscription's topic")
        except AccessDenied:
            return skip(f"{path}: this identity may not look at it, and need not")
        if topic.schema_settings.schema:
            return fail(
                f"{path} has the schema {topic.schema_settings.schema}: Pub/Sub would refuse "
                "updates that carry only some fields",
                f"gcloud pubsub topics update {path} --clear-schema-settings",
            )
        return Finding(f"{path} has no schema, so that partial updates pass")


def _is_pushed(subscription: Any) -> bool:
    configs = ("bigquery_config", "cloud_storage_config")
    return bool(subscription.push_config.push_endpoint) or any(
        config in subscription for config in configs
    )
