"""The client that makes the load: raw stubs on one connection."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc.aio

from tools.bench.emulator.resources import ACK_DEADLINE_SECONDS, Names
from tools.bench.errors import LoadFailed
from tools.emulator import wire

HELD_BY_A_STREAM = 1_000
"""Google's subscriber holds as many, unless it is told otherwise ("FlowControl.max_messages")."""
PULL_SIZE = 100

_UNLIMITED = (
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
)


class Countdown:
    """How many messages have not come yet; true while there are some."""

    def __init__(self, messages: int) -> None:
        self._left = messages

    def __bool__(self) -> bool:
        return self._left > 0

    def count(self, messages: int) -> None:
        """Count messages that have come."""
        self._left -= messages

    def require_none(self) -> None:
        """Check that all have come.

        Raises:
            LoadFailed: some have not.
        """
        if self:
            raise LoadFailed(f"the server ended a stream with {self._left} messages to come")


class Client:
    """Works on one topic and its subscription; each method gives the seconds that it took."""

    def __init__(self, channel: grpc.aio.Channel, names: Names) -> None:
        self._names = names
        self._publish = channel.unary_unary("/google.pubsub.v1.Publisher/Publish")
        self._acknowledge = channel.unary_unary("/google.pubsub.v1.Subscriber/Acknowledge")
        self._pull = channel.unary_unary(
            "/google.pubsub.v1.Subscriber/Pull",
            response_deserializer=wire.PullResponse.FromString,
        )
        self._streaming_pull = channel.stream_stream(
            "/google.pubsub.v1.Subscriber/StreamingPull",
            request_serializer=wire.StreamingPullRequest.SerializeToString,
            response_deserializer=wire.StreamingPullResponse.FromString,
        )

    async def publish(self, messages: int, size: int, *, batch: int, in_flight: int) -> float:
        """Publish, ``batch`` messages a request and ``in_flight`` requests at a time."""
        sizes = [batch] * (messages // batch) + [messages % batch] * (messages % batch > 0)
        requests = {count: self._publish_request(count, size) for count in set(sizes)}

        async def confirmed() -> None:
            while sizes:
                await self._publish(requests[sizes.pop()])

        started = time.perf_counter()
        await asyncio.gather(*(confirmed() for _ in range(in_flight)))
        return time.perf_counter() - started

    async def drain(self, messages: int, *, streams: int) -> float:
        """Receive and acknowledge by StreamingPull until so many messages have come.

        Raises:
            LoadFailed: the server ended a stream before that.
        """
        started = time.perf_counter()
        left = Countdown(messages)
        tasks = [asyncio.create_task(self._stream(left)) for _ in range(streams)]
        finished, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        seconds = time.perf_counter() - started
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for task in finished:
            task.result()
        left.require_none()
        return seconds

    async def pull(self, messages: int) -> float:
        """Pull 100 at a time and acknowledge them, one call after another."""
        request = wire.PullRequest(subscription=self._names.subscription, max_messages=PULL_SIZE)
        pull = request.SerializeToString()
        started = time.perf_counter()
        left = Countdown(messages)
        while left:
            response = await self._pull(pull)
            ack_ids = [received.ack_id for received in response.received_messages]
            if ack_ids:
                await self._acknowledge(self._acknowledge_request(ack_ids))
            left.count(len(ack_ids))
        return time.perf_counter() - started

    async def _stream(self, left: Countdown) -> None:
        """Receive and acknowledge on one stream; ends with the last message, whoever got it."""
        call = self._streaming_pull()
        await call.write(self._first_request())
        try:
            async for response in call:
                ack_ids = [received.ack_id for received in response.received_messages]
                await call.write(wire.StreamingPullRequest(ack_ids=ack_ids))
                left.count(len(ack_ids))
                if not left:
                    return
        finally:
            call.cancel()

    def _first_request(self) -> Any:
        return wire.StreamingPullRequest(
            subscription=self._names.subscription,
            stream_ack_deadline_seconds=ACK_DEADLINE_SECONDS,
            max_outstanding_messages=HELD_BY_A_STREAM,
        )

    def _publish_request(self, messages: int, size: int) -> bytes:
        """Serialize a request once; its bytes are sent many times."""
        batch = [wire.PubsubMessage(data=bytes(size)) for _ in range(messages)]
        request = wire.PublishRequest(topic=self._names.topic, messages=batch)
        return bytes(request.SerializeToString())

    def _acknowledge_request(self, ack_ids: list[str]) -> bytes:
        request = wire.AcknowledgeRequest(subscription=self._names.subscription, ack_ids=ack_ids)
        return bytes(request.SerializeToString())


@asynccontextmanager
async def connected(address: str, names: Names) -> AsyncIterator[Client]:
    """Give a client of a server, and close its connection at the block's end."""
    async with grpc.aio.insecure_channel(address, options=_UNLIMITED) as channel:
        yield Client(channel, names)
