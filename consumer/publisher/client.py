"""Google's generated publisher client, and a call that does not wait."""

import os
from collections.abc import Callable, Sequence
from typing import Any

import grpc
from google.api_core.gapic_v1.routing_header import to_grpc_metadata
from google.pubsub_v1 import PublisherClient, types
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport

from consumer.publisher.request import PublishRequest, Request
from consumer.pubsub_errors import credentials_translated

_PublishResponse: Any = types.PublishResponse.pb()


def open_client() -> PublisherClient:
    """Connect as Google's client does, to an emulator where PUBSUB_EMULATOR_HOST names one.

    Raises:
        AccessDenied: there are no usable credentials.
    """
    emulator = os.environ.get("PUBSUB_EMULATOR_HOST")
    if not emulator:
        with credentials_translated():
            return PublisherClient()
    channel = grpc.insecure_channel(emulator)
    return PublisherClient(transport=PublisherGrpcTransport(channel=channel))


def sender(client: PublisherClient, *, seconds: float) -> Callable[[Request], Any]:
    """Give the call that sends a request at once and returns grpc's future of the message ids.

    Args:
        client: whose channel it takes.
        seconds: after which the call fails.
    """
    transport: Any = client.transport
    call = transport.grpc_channel.unary_unary(
        "/google.pubsub.v1.Publisher/Publish",
        request_serializer=PublishRequest.SerializeToString,
        response_deserializer=_message_ids,
    )

    def send(request: Request) -> Any:
        metadata = (to_grpc_metadata({"topic": request.topic}),)
        return call.future(request.body, timeout=seconds, metadata=metadata)

    return send


def _message_ids(answer: bytes) -> Sequence[str]:
    return tuple(_PublishResponse.FromString(answer).message_ids)
