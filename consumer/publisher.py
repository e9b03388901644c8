"""Publishing, and the confirmation that the server has a message.

Publishing never waits: it gives a :class:`Publication`, and somebody else asks for its confirmation
later, so that the scoring thread goes on meanwhile.
"""

import inspect
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass

from google.api_core.exceptions import (
    Aborted,
    DeadlineExceeded,
    InternalServerError,
    InvalidArgument,
    ResourceExhausted,
    ServiceUnavailable,
    Unknown,
)
from google.api_core.retry import Retry, if_exception_type
from google.cloud.pubsub_v1 import PublisherClient
from google.cloud.pubsub_v1.publisher.exceptions import MessageTooLargeError
from google.cloud.pubsub_v1.types import BatchSettings, PublisherOptions, PubsubMessage
from google.pubsub_v1 import PublisherClient as UnbatchedClient

from consumer.errors import AccessDenied
from consumer.message import OutgoingMessage
from consumer.pubsub_errors import credentials_translated, translate

RETRY = Retry(
    predicate=if_exception_type(
        Aborted,  # lost a race with itself
        DeadlineExceeded,  # the answer came too late; the message may be there twice
        InternalServerError,  # a hiccup of the server
        ResourceExhausted,  # over quota for a moment
        ServiceUnavailable,  # restarting, or the network
        Unknown,  # a proxy in between
    ),
    initial=0.1,
    maximum=2.0,
    timeout=10.0,
)
"""What the client retries by itself; after these seconds the worker holds, and says so."""

CALL_SECONDS = 5.0
CONFIRM_SECONDS = 5.0
"""How long one wait for a confirmation lasts. With ordering the client retries for ever, so what is
not confirmed by then counts as an outage, and is waited for again."""

_PARAMETERS = frozenset(inspect.signature(PublisherClient.publish).parameters)
"""Attributes of these names cannot go through the batching client: it takes attributes as keyword
arguments beside its own."""

BATCHES = BatchSettings(max_messages=500, max_bytes=1_000_000, max_latency=0.005)
"""How messages are gathered into one request; what the worker is compared with does the same."""


class _NotBatched(Exception):
    """The message has to be sent by itself."""


@dataclass(slots=True)
class Publication:
    """One message on its way to one topic; changes only when it has to be sent again."""

    topic: str
    message: OutgoingMessage
    future: Future[str]

    @property
    def is_confirmed(self) -> bool:
        """Whether the server is known to have it."""
        return self.future.done() and self.future.exception() is None


class Publisher:
    """Publishes to any topic and confirms; ``settings`` names the setting of each topic."""

    def __init__(self, *, ordering: bool = False, settings: dict[str, str] | None = None) -> None:
        """Make Google's client; nothing is asked of the server yet.

        Raises:
            AccessDenied: there are no usable credentials.
        """
        options = PublisherOptions(
            enable_message_ordering=ordering, retry=RETRY, timeout=CALL_SECONDS
        )
        with credentials_translated():
            self._client = PublisherClient(BATCHES, options)
        self._unbatched = UnbatchedClient(transport=self._client.transport)
        self._settings = settings or {}

    def check_topics(self) -> None:
        """Look whether each topic that a setting names is there, before an event needs it.

        An identity may publish to a topic that it must not read; that is no error here.

        Raises:
            PubSubDown: no answer in time.
            ResourceMissing: a topic does not exist.
        """
        for topic in self._settings:
            with suppress(AccessDenied):
                self._check_topic(topic)

    def publish(self, topic: str, message: OutgoingMessage) -> Publication:
        """Send a message without waiting for the server."""
        return Publication(topic, message, self._send(topic, message))

    def confirm(self, publication: Publication) -> str:
        """Wait until the server has the message; gives its message id.

        May be called again after an error: what failed is sent again, what is still on its way is
        waited for.

        Raises:
            PubSubDown: not confirmed; the message may or may not be there.
            PublishRefused: the server refuses this very message.
            WorkerBroken: the topic is missing or may not be published to.
        """
        if publication.future.done() and publication.future.exception() is not None:
            self._send_again(publication)
        try:
            return publication.future.result(timeout=CONFIRM_SECONDS)
        except (InvalidArgument, _NotBatched):
            return self._send_alone(publication)
        except Exception as error:
            raise self._translated(error, publication.topic) from error

    def close(self) -> None:
        """Send what is still waiting and stop the client's threads."""
        self._client.stop()

    def _check_topic(self, topic: str) -> None:
        try:
            self._client.get_topic(
                topic=topic, timeout=CALL_SECONDS, retry=Retry(timeout=CALL_SECONDS)
            )
        except Exception as error:
            raise self._translated(error, topic) from error

    def _send(self, topic: str, message: OutgoingMessage) -> Future[str]:
        if not _PARAMETERS.isdisjoint(message.attributes):
            return _failed(_NotBatched())
        try:
            future: Future[str] = self._client.publish(
                topic, message.data, message.ordering_key, **message.attributes
            )
        except MessageTooLargeError as error:
            return _failed(error)
        return future

    def _send_again(self, publication: Publication) -> None:
        """Send what failed once more; the client leaves an ordering key paused after an error."""
        if publication.message.ordering_key:
            with suppress(RuntimeError):  # an earlier message of the key has resumed it
                self._client.resume_publish(publication.topic, publication.message.ordering_key)
        publication.future = self._send(publication.topic, publication.message)

    def _send_alone(self, publication: Publication) -> str:
        """Find out whether it was this message that the server refused, or one beside it.

        A publish request is refused as a whole when one of its messages is invalid.
        """
        message = publication.message
        request = PubsubMessage(
            data=message.data,
            attributes=dict(message.attributes),
            ordering_key=message.ordering_key,
        )
        try:
            answer = self._unbatched.publish(
                topic=publication.topic, messages=[request], retry=RETRY, timeout=CALL_SECONDS
            )
        except Exception as error:
            raise self._translated(error, publication.topic) from error
        return str(answer.message_ids[0])

    def _translated(self, error: Exception, topic: str) -> Exception:
        return translate(error, resource=topic, setting=self._settings.get(topic, "its setting"))


def _failed(error: Exception) -> Future[str]:
    future: Future[str] = Future()
    future.set_exception(error)
    return future
