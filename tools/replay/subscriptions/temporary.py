"""A subscription of a topic for the time of one replay, so that the live one is never sought."""

from datetime import datetime, timedelta

from google.api_core.exceptions import AlreadyExists, FailedPrecondition, Forbidden, NotFound
from google.cloud.pubsub_v1 import SubscriberClient
from google.pubsub_v1 import PublisherClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.types import ExpirationPolicy, Subscription

from consumer.pubsub_errors import translate
from consumer.subscriber.subscription import CALL_SECONDS
from tools.downstream.subscriptions import RETRY
from tools.errors import BadInput

PREFIX = "churn-replay-"
A_DAY = timedelta(days=1)
"""The least there is: so long an interrupted replay can be gone on with."""
LIFE_OF_A_SNAPSHOT = timedelta(days=7)
ACK_DEADLINE_SECONDS = 10


class TemporarySubscription:
    """Created when the replay begins, found again when it goes on, deleted when it is through."""

    def __init__(
        self, client: SubscriberClient, topic: str, at: datetime | str, *, replay_id: str
    ) -> None:
        """Describe it; nothing is created yet.

        Args:
            client: Google's own.
            topic: full name.
            at: the time to seek to, or the full name of a snapshot.
            replay_id: letters, digits and dashes.
        """
        project = topic.partition("/topics/")[0]
        self.name = f"{project}/subscriptions/{PREFIX}{replay_id}"
        self._client = client
        self._topic = topic
        self._at = at

    def create(self) -> bool:
        """Create it, and say whether it was not there yet.

        Raises:
            BadInput: one of this name belongs to another topic, or the topic retains nothing.
            ChurnError: the topic is missing, or Pub/Sub refuses or is away.
        """
        if isinstance(self._at, datetime):
            self._require_retention()
        try:
            self._client.create_subscription(
                request=self._wanted(), timeout=CALL_SECONDS, retry=RETRY
            )
        except AlreadyExists:
            self._require_topic(self._find())
            return False
        except Exception as error:
            raise translate(error, resource=self._topic, setting="--topic") from error
        return True

    def seek(self) -> None:
        """Let everything come that was published since the time, or is in the snapshot.

        Raises:
            BadInput: the snapshot belongs to another topic.
            ChurnError: the snapshot is missing, or Pub/Sub refuses or is away.
        """
        kind = "time" if isinstance(self._at, datetime) else "snapshot"
        request = {"subscription": self.name, kind: self._at}
        resource = self._at if isinstance(self._at, str) else self.name
        try:
            self._client.seek(request=request, timeout=CALL_SECONDS, retry=RETRY)
        except FailedPrecondition:
            raise BadInput(
                f"{resource} is no snapshot of {self._topic}: give one that is"
            ) from None
        except Exception as error:
            raise translate(error, resource=resource, setting="--snapshot") from error

    def delete(self) -> None:
        """Delete it, if it is there.

        Raises:
            ChurnError: Pub/Sub refuses or is away; it expires by itself.
        """
        try:
            self._client.delete_subscription(
                subscription=self.name, timeout=CALL_SECONDS, retry=RETRY
            )
        except NotFound:
            return
        except Exception as error:
            raise translate(error, resource=self.name, setting="the topic") from error

    def _wanted(self) -> Subscription:
        """An expiration is not shorter than the retention, and a snapshot's messages need that."""
        kept = A_DAY if isinstance(self._at, datetime) else LIFE_OF_A_SNAPSHOT
        return Subscription(
            name=self.name,
            topic=self._topic,
            ack_deadline_seconds=ACK_DEADLINE_SECONDS,
            message_retention_duration=kept,
            expiration_policy=ExpirationPolicy(ttl=kept),
        )

    def _require_retention(self) -> None:
        """Ask the topic, through the channel that is open already."""
        transport = PublisherGrpcTransport(channel=self._client.transport.grpc_channel)
        topics = PublisherClient(transport=transport)
        try:
            topic = topics.get_topic(topic=self._topic, timeout=CALL_SECONDS, retry=RETRY)
        except Forbidden:
            return  # subscribing needs another permission than looking
        except Exception as error:
            raise translate(error, resource=self._topic, setting="--topic") from error
        if not topic.message_retention_duration:
            raise BadInput(_no_retention(self._topic))

    def _find(self) -> Subscription:
        try:
            found: Subscription = self._client.get_subscription(
                subscription=self.name, timeout=CALL_SECONDS, retry=RETRY
            )
        except Exception as error:
            raise translate(error, resource=self.name, setting="the topic") from error
        return found

    def _require_topic(self, found: Subscription) -> None:
        if found.topic != self._topic:
            raise BadInput(
                f"{self.name} belongs to {found.topic}: delete it, or begin another replay"
            )


def _no_retention(topic: str) -> str:
    return (
        f"{topic} retains no messages. From now on it does after: gcloud pubsub topics update "
        f"{topic} --message-retention-duration=7d"
    )
