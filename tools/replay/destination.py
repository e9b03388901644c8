"""Where a replay may go, and who else would hear of it."""

from collections.abc import Sequence
from typing import Final

from google.api_core.exceptions import Forbidden
from google.api_core.retry import Retry

from consumer.publisher.client import open_client
from consumer.pubsub_errors import translate
from consumer.settings import Settings
from tools.errors import BadInput
from tools.replay.opening import DEAD_LETTERS, Asked
from tools.resource_names import full_name

CALL_SECONDS: Final = 10.0


def require_one_target(
    asked: Asked, *, to: str | None, into_live: bool, history_only: bool
) -> None:
    """Refuse a replay that has no target, or two.

    Raises:
        BadInput: the text says what there is.
    """
    if [to is not None, into_live, history_only].count(True) != 1:
        raise BadInput(
            "say where to: --to TOPIC, --into-live for the topic that the worker listens to, or "
            "--history-only to score again without alerting anybody"
        )
    if history_only and asked.word == DEAD_LETTERS:
        raise BadInput("dead letters were never scored: send them with --into-live or --to TOPIC")


def target_topic(settings: Settings, to: str | None, *, live: str) -> str:
    """Name the topic in full; where ``to`` is None, the live one.

    Raises:
        BadInput: the live topic is named, which asks for a word of its own.
        BadSettings: no project is set.
    """
    if to is None:
        return live
    topic = full_name(settings, "topics", to, option="--to")
    if topic == live:
        raise BadInput(
            f"{topic} is the live input topic, and others may listen there too: "
            "say --into-live in place of --to"
        )
    return topic


def listeners(settings: Settings, topic: str) -> Sequence[str]:
    """Name the other subscriptions of a topic, which would get every replayed event as well.

    Raises:
        ChurnError: the topic is missing, or Pub/Sub is away.
    """
    client = open_client()
    try:
        found = client.list_topic_subscriptions(
            topic=topic, timeout=CALL_SECONDS, retry=Retry(timeout=CALL_SECONDS)
        )
        return sorted(name for name in found if name != settings.subscription_path)
    except Forbidden:
        return ["(those cannot be listed: pubsub.topics.listSubscriptions is not granted)"]
    except Exception as error:
        raise translate(error, resource=topic, setting="pubsub.subscription") from error
