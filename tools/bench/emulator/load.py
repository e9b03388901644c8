"""What the load process does to a server, and how it measures.

Each function works over one connection on a topic and a subscription of its own, and gives the
seconds from its first request to the last answer; connecting, creating and filling a backlog are
not counted. Publishing counts what the server confirmed, and every message goes into a
subscription. Deliveries count once they are received and their ack is written. A stream holds
1,000 messages at the most, as Google's client does: a server that takes no acks would stand still
after so many. Ack deadlines are long, so that nothing is delivered twice.

So that the load is not the bottleneck, publish requests are serialized once and sent as bytes, and
responses are read by the raw protobuf classes: 1 to 5 µs of this process a message.
"""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable

import grpc

from tools.bench.emulator import google_clients
from tools.bench.emulator.client import Client, connected
from tools.bench.emulator.resources import Names, create, require_answer, subscribed_topic
from tools.bench.errors import LoadFailed, translated

Work = Callable[[Client], Awaitable[float]]

BATCH = 100
IN_FLIGHT, IN_FLIGHT_SINGLE = 4, 64
"""Publish requests at a time: of batches, and of single messages."""
KNOCK_SECONDS = 0.005
ANSWER_SECONDS = 10.0


def first_answer(address: str, patience: float) -> None:
    """Wait until a server answers; knock often, gRPC itself would wait a second between two tries.

    Raises:
        LoadFailed: nobody listens at the address once ``patience`` seconds are over.
    """
    deadline = time.monotonic() + patience
    while (refusal := _knock(address)) is not None:
        if time.monotonic() >= deadline:
            raise LoadFailed(f"no Pub/Sub server answers at {address} ({refusal})")
        time.sleep(KNOCK_SECONDS)
    with translated(address), _channel(address) as channel:
        require_answer(channel, ANSWER_SECONDS)


def _knock(address: str) -> str | None:
    """Connect; give None, or why that failed."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER_SECONDS).close()
    except OSError as error:
        return str(error.strerror or error)
    return None


def publish_batched(address: str, messages: int, size: int) -> float:
    """Publish with the raw stub, 100 messages a request."""
    return _on_own_topic(address, _backlog(messages, size))


def publish_single(address: str, messages: int, size: int) -> float:
    """Publish with the raw stub, one message a request."""
    return _on_own_topic(
        address, lambda client: client.publish(messages, size, batch=1, in_flight=IN_FLIGHT_SINGLE)
    )


def publish_google(address: str, messages: int, size: int) -> float:
    """Publish with Google's client and its default batches."""
    with translated(address), subscribed_topic(address) as names, _channel(address) as channel:
        return google_clients.publish(channel, names.topic, messages, size)


def receive_google(address: str, messages: int, size: int) -> float:
    """Receive and acknowledge a backlog with Google's client and its default flow control."""
    with translated(address), subscribed_topic(address) as names, _channel(address) as channel:
        asyncio.run(_connected(address, names, _backlog(messages, size)))
        return google_clients.receive(channel, names.subscription, messages)


def streaming_pull(address: str, messages: int, size: int, *, streams: int) -> float:
    """Receive and acknowledge a backlog by StreamingPull."""

    async def work(client: Client) -> float:
        await _backlog(messages, size)(client)
        return await client.drain(messages, streams=streams)

    return _on_own_topic(address, work)


def pull_100(address: str, messages: int, size: int) -> float:
    """Receive and acknowledge a backlog by Pull."""

    async def work(client: Client) -> float:
        await _backlog(messages, size)(client)
        return await client.pull(messages)

    return _on_own_topic(address, work)


def fill(address: str, messages: int, size: int) -> Names:
    """Make a backlog that stays, and say whose."""
    with translated(address):
        with _channel(address) as channel:
            names = create(channel)
        asyncio.run(_connected(address, names, _backlog(messages, size)))
        return names


def drain(address: str, names: Names, messages: int, *, streams: int) -> None:
    """Receive and acknowledge a backlog that :func:`fill` made."""
    with translated(address):
        asyncio.run(_connected(address, names, lambda c: c.drain(messages, streams=streams)))


def _backlog(messages: int, size: int) -> Work:
    return lambda client: client.publish(messages, size, batch=BATCH, in_flight=IN_FLIGHT)


def _on_own_topic(address: str, work: Work) -> float:
    with translated(address), subscribed_topic(address) as names:
        return asyncio.run(_connected(address, names, work))


async def _connected(address: str, names: Names, work: Work) -> float:
    async with connected(address, names) as client:
        return await work(client)


def _channel(address: str) -> grpc.Channel:
    return grpc.insecure_channel(address)
