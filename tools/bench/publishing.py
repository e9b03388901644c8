"""Publishing a backlog of any length: events are made as they are sent, and none is kept."""

from collections.abc import Iterable, Iterator
from itertools import islice

import grpc

from consumer.message import OutgoingMessage
from tools.bench.errors import translated
from tools.emulator import wire

BATCH = 500
"""Events a request; Pub/Sub takes 1,000 ("Quotas and limits", Pub/Sub documentation)."""
ANSWER_SECONDS = 60.0


def publish(address: str, topic: str, events: Iterable[OutgoingMessage]) -> None:
    """Publish by the raw stub, one request after another, in the order of the events.

    Args:
        address: HOST:PORT of a server without TLS.
        topic: full name.
        events: taken from as they are sent; ten megabytes a request hold them.

    Raises:
        LoadFailed: the server is away or refuses.
    """
    with translated(address), grpc.insecure_channel(address) as channel:
        send = channel.unary_unary("/google.pubsub.v1.Publisher/Publish")
        for batch in _batches(events):
            send(_request(topic, batch), timeout=ANSWER_SECONDS)


def _batches(events: Iterable[OutgoingMessage]) -> Iterator[list[OutgoingMessage]]:
    left = iter(events)
    while batch := list(islice(left, BATCH)):
        yield batch


def _request(topic: str, events: Iterable[OutgoingMessage]) -> bytes:
    messages = [
        wire.PubsubMessage(
            data=event.data, attributes=event.attributes, ordering_key=event.ordering_key
        )
        for event in events
    ]
    return bytes(wire.PublishRequest(topic=topic, messages=messages).SerializeToString())
