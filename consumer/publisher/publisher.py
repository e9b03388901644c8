"""Publishing never waits: it gives publications, and somebody else asks for their confirmation."""

from collections.abc import Sequence
from contextlib import suppress

import grpc
from google.api_core.exceptions import InvalidArgument, Unknown, from_grpc_error
from google.api_core.retry import Retry, if_exception_type
from google.pubsub_v1 import types

from consumer.errors import AccessDenied
from consumer.message import OutgoingMessage
from consumer.publisher.client import open_client, sender
from consumer.publisher.order import Order
from consumer.publisher.request import Publication, Request, pack
from consumer.pubsub_errors import PASSING, translate

RETRY = Retry(
    predicate=if_exception_type(*PASSING),
    initial=0.1,
    maximum=2.0,
    timeout=10.0,
)
"""What is sent again at once; after these seconds the worker holds, and says so."""

CALL_SECONDS = 5.0


class Publisher:
    """Publishes to any topic and confirms; ``settings`` names the setting of each topic."""

    def __init__(self, *, settings: dict[str, str] | None = None) -> None:
        """Make Google's client; nothing is asked of the server yet.

        Raises:
            AccessDenied: there are no usable credentials.
        """
        self._client = open_client()
        self._sender = sender(self._client, seconds=CALL_SECONDS)
        self._order = Order()
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

    def publish(self, topic: str, messages: Sequence[OutgoingMessage]) -> list[Publication]:
        """Send messages, in as few requests as possible, without waiting for the server.

        Returns:
            One publication a message, in order.
        """
        publications = pack(topic, messages)
        for request in dict.fromkeys(each.request for each in publications):
            if request.refusal is None and self._order.admits(request):
                self._send(request)
        return publications

    def confirm(self, publication: Publication) -> str:
        """Wait until the server has the message; gives its message id.

        May be called again after an outage: what failed is sent again, what is still on its way is
        waited for.

        Raises:
            PubSubDown: not confirmed; the message may or may not be there.
            PublishRefused: the server refuses this very message.
            WorkerBroken: the topic is missing or may not be published to.
        """
        request, place = publication.find()
        try:
            self._resolve(request)
        except Exception as error:
            raise self._translated(error, request.topic) from error
        if request.refusal is not None:
            raise self._translated(request.refusal, request.topic) from request.refusal
        return self.confirm(publication) if request.ids is None else request.ids[place]

    def close(self) -> None:
        """Close the connection; what is not confirmed by now may or may not be there."""
        self._client.transport.close()  # type: ignore[no-untyped-call] # generated code

    def _resolve(self, request: Request) -> None:
        """Wait for the server's answer; a request that it refuses is halved, down to the message.

        A request is refused as a whole when one of its messages is invalid.
        """
        if request.ids is not None or request.refusal is not None or request.halves is not None:
            return
        self._let_go(request)
        try:
            self._require_answer(request)
        except InvalidArgument as error:
            if len(request.body.messages) == 1:
                request.refusal = error
            else:
                self._halve(request)

    def _let_go(self, request: Request) -> None:
        """See that a request is on its way: settle the earlier one of its ordering key first."""
        if request.call is not None:
            return
        if request.earlier is not None:
            self._settle(request.earlier)
        self._order.release(self._send)

    def _settle(self, request: Request) -> None:
        """Wait until each message of a request is taken or refused."""
        self._resolve(request)
        for half in request.halves or ():
            self._settle(half)

    def _require_answer(self, request: Request) -> None:
        """Wait for a request that was sent; send it again, once for all its messages, if it failed.

        The second time it is Google's client that tries until :data:`RETRY` is over.
        """
        try:
            if request.accept(request.call.result()):
                return
        except grpc.RpcError as error:
            if error.code() is grpc.StatusCode.INVALID_ARGUMENT:
                raise from_grpc_error(error) from error
        body = types.PublishRequest.wrap(request.body)
        answer = self._client.publish(request=body, retry=RETRY, timeout=CALL_SECONDS)
        if not request.accept(tuple(answer.message_ids)):
            raise Unknown("fewer message ids than messages")

    def _halve(self, request: Request) -> None:
        first, second = request.halve()
        self._send(first)
        if request.ordering_key:
            self._order.follow(second, first)
        else:
            self._send(second)

    def _send(self, request: Request) -> None:
        request.call = self._sender(request)

    def _check_topic(self, topic: str) -> None:
        try:
            self._client.get_topic(
                topic=topic, timeout=CALL_SECONDS, retry=Retry(timeout=CALL_SECONDS)
            )
        except Exception as error:
            raise self._translated(error, topic) from error

    def _translated(self, error: Exception, topic: str) -> Exception:
        return translate(error, resource=topic, setting=self._settings.get(topic, "its setting"))
