"""Messages that travel together: the server takes every one of a request, or none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import grpc
from google.cloud.pubsub_v1.publisher.exceptions import MessageTooLargeError
from google.pubsub_v1 import types

from consumer.message import OutgoingMessage

MAX_MESSAGES: Final = 1_000
MAX_BYTES: Final = 10_000_000
"""Of one request ("Quotas and limits", Pub/Sub documentation)."""

_FRAMING: Final = 5
"""Bytes around a message in its request: the tag, and the length of up to 10 MB."""

PublishRequest: Any = types.PublishRequest.pb()
"""The raw protobuf class; the library's own wraps it, and costs several times as much."""


@dataclass(slots=True, eq=False, weakref_slot=True)
class Request:
    """Messages of one topic and one ordering key; changes as more becomes known of it.

    In the end it has the ids of its messages, or its refusal, or halves that have them.
    """

    topic: str
    ordering_key: str
    body: Any = field(init=False)
    """The protobuf message."""
    call: Any = None
    """grpc's future; None until it is sent."""
    earlier: "Request | None" = None
    """The one of the same ordering key that has to be settled before this one is sent."""
    ids: Sequence[str] | None = None
    refusal: Exception | None = None
    """Why the server does not take its only message."""
    halves: tuple["Request", "Request"] | None = None
    _bytes: int = field(init=False)

    def __post_init__(self) -> None:
        """Begin without messages."""
        self.body = PublishRequest(topic=self.topic)
        self._bytes = self.body.ByteSize()

    def take(self, message: OutgoingMessage) -> bool:
        """Add a message, unless the request would go beyond a limit."""
        messages = self.body.messages
        added = messages.add(
            data=message.data, attributes=message.attributes, ordering_key=message.ordering_key
        )
        size = self._bytes + added.ByteSize() + _FRAMING
        if len(messages) > MAX_MESSAGES or size > MAX_BYTES:
            del messages[-1]
            return False
        self._bytes = size
        return True

    def refuse_unsent(self) -> None:
        """Note that its only message, which it could not take, is too large for any request."""
        self.body.messages.add()  # stands in its place
        self.refusal = MessageTooLargeError(f"the message has more than {MAX_BYTES:,} bytes")

    def halve(self) -> tuple["Request", "Request"]:
        """Split a request that is refused as a whole, to find the message that is meant."""
        middle = len(self.body.messages) // 2
        first, second = (Request(self.topic, self.ordering_key) for _ in range(2))
        first.body.messages.extend(self.body.messages[:middle])
        second.body.messages.extend(self.body.messages[middle:])
        self.halves = first, second
        return self.halves

    def answer(self) -> Sequence[str] | None:
        """Give the messages' ids if the server has taken them all; does not wait."""
        if self.ids is None and self.call is not None and self.call.done():
            self.accept(self.call.result() if self.call.code() is grpc.StatusCode.OK else ())
        return self.ids

    def accept(self, ids: Sequence[str]) -> bool:
        """Note the server's answer; False unless it has an id for each message."""
        if len(ids) == len(self.body.messages):
            self.ids = ids
        return self.ids is not None

    @property
    def is_settled(self) -> bool:
        """Whether each of its messages is known to be taken, or refused."""
        if self.halves is not None:
            return all(half.is_settled for half in self.halves)
        return self.refusal is not None or self.answer() is not None


class Publication(NamedTuple):
    """One message on its way, with others."""

    request: Request
    place: int
    """Among the messages of the request, from 0."""

    @property
    def is_confirmed(self) -> bool:
        """Whether the server is known to have it; does not wait."""
        request, _ = self.find()
        return request.answer() is not None

    def find(self) -> tuple[Request, int]:
        """Give the request that it travels in now, and its place there."""
        request, place = self.request, self.place
        while request.halves is not None:
            first, second = request.halves
            before = len(first.body.messages)
            request, place = (first, place) if place < before else (second, place - before)
        return request, place


def pack(topic: str, messages: Sequence[OutgoingMessage]) -> list[Publication]:
    """Put messages, in their order, into as few requests as the limits allow.

    The messages of a request have one ordering key in common ("PubsubMessage", Pub/Sub reference).
    One that fits into no request is refused.
    """
    filling: dict[str, Request] = {}
    publications = []
    for message in messages:
        request = filling.get(message.ordering_key)
        if request is None or not request.take(message):
            request = Request(topic, message.ordering_key)
            if request.take(message):
                filling[message.ordering_key] = request
            else:
                request.refuse_unsent()
        publications.append(Publication(request, len(request.body.messages) - 1))
    return publications
