"""Looking at a subscription of dead letters before anything is pulled from it."""

from google.api_core.exceptions import Forbidden
from google.cloud.pubsub_v1 import SubscriberClient
from google.pubsub_v1.types import Subscription

from consumer.errors import ResourceMissing
from consumer.pubsub_errors import translate
from consumer.settings import Settings
from consumer.subscriber.subscription import CALL_SECONDS
from tools.downstream.subscriptions import RETRY
from tools.errors import BadInput
from tools.resource_names import full_name
from tools.stack.names import Names


def dead_letter_subscription(settings: Settings, name: str | None) -> str:
    """Name in full where dead letters are read: what is given, else the usual name.

    Raises:
        BadParameter: it is neither an id nor a full name.
        BadSettings: it is an id, and no project is set.
        BadInput: it is the subscription that the worker receives from.
    """
    given = name or Names().dead_letter_watch
    path = full_name(settings, "subscriptions", given, option="--subscription")
    if settings.pubsub.subscription and path == settings.subscription_path:
        raise BadInput(
            f"{path} is what the worker receives from, and holds no dead letters: give "
            "--subscription one of the dead-letter topic"
        )
    return path


def look_at(client: SubscriberClient, settings: Settings, path: str) -> list[str]:
    """Ask for the subscription once; give what an operator should know before reading it.

    Raises:
        ResourceMissing: there is no such subscription; the text says how to create one.
        PubSubDown: no answer.
    """
    try:
        found = client.get_subscription(subscription=path, timeout=CALL_SECONDS, retry=RETRY)
    except Forbidden:
        return []  # receiving needs another permission than looking
    except Exception as error:
        translated = translate(error, resource=path, setting="--subscription")
        if isinstance(translated, ResourceMissing):
            raise ResourceMissing(_how_to_create(settings, path)) from error
        raise translated from error
    return list(_warnings(found))


def _how_to_create(settings: Settings, path: str) -> str:
    return (
        f"{path} does not exist: give another with --subscription, or create it, and it gets what "
        f"becomes a dead letter from then on: gcloud pubsub subscriptions create {path} "
        f"--topic={settings.dead_letter_topic_path}"
    )


def _warnings(found: Subscription) -> list[str]:
    """Each look gives the dead letters back, which has consequences on some subscriptions."""
    said = []
    if attempts := found.dead_letter_policy.max_delivery_attempts:
        said.append(
            f"{found.name} has a dead-letter policy itself: each look spends one of "
            f"{attempts} delivery attempts, and then its dead letters move on"
        )
    if "retry_policy" in found:
        said.append(
            f"{found.name} has a retry policy: what was looked at comes again after its back-off "
            "only, so two commands after each other may show different dead letters"
        )
    if found.enable_message_ordering:
        said.append(
            f"{found.name} keeps the order of keys: what is left out keeps later dead letters of "
            "its key back"
        )
    return said
