"""Google's subscriber client, with one limit lifted."""

import os

import grpc
from google.cloud.pubsub_v1 import SubscriberClient
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

from consumer.pubsub_errors import credentials_translated

_UNLIMITED = (("grpc.max_receive_message_length", -1),)


def open_client(emulator: str | None = None) -> SubscriberClient:
    """Connect as Google's client does, to an emulator where PUBSUB_EMULATOR_HOST names one.

    To an emulator the client opens a channel that receives 4 MB at most, and a stream with a larger
    message is opened again and again without a word. To the service it has no such limit, and
    Pub/Sub's messages have up to 10 MB.

    Args:
        emulator: HOST:PORT of an emulator in place of what the environment names.

    Raises:
        AccessDenied: there are no usable credentials.
    """
    emulator = emulator or os.environ.get("PUBSUB_EMULATOR_HOST")
    if not emulator:
        with credentials_translated():
            return SubscriberClient()
    channel = grpc.insecure_channel(emulator, _UNLIMITED)
    return SubscriberClient(transport=SubscriberGrpcTransport(channel=channel))
