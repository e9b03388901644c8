"""A StreamingPull call in a test: what comes is kept, what is sent is up to the test."""

import queue
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

import grpc
from google.pubsub_v1.types import ReceivedMessage, StreamingPullRequest, StreamingPullResponse

from tests.wait import wait_until

METHOD = "/google.pubsub.v1.Subscriber/StreamingPull"


class OpenStream:
    """An open call on a subscription; a context manager, so that it is closed."""

    def __init__(self, channel: grpc.Channel, subscription: str, **first: Any) -> None:
        """Open a stream; ``first`` are further fields of its first request."""
        self.received: list[ReceivedMessage] = []
        self.responses: list[StreamingPullResponse] = []
        self.status: grpc.StatusCode | None = None
        self._requests: queue.SimpleQueue[StreamingPullRequest | None] = queue.SimpleQueue()
        self.send(subscription=subscription, **({"stream_ack_deadline_seconds": 60} | first))
        open_call = channel.stream_stream(
            METHOD,
            request_serializer=StreamingPullRequest.serialize,
            response_deserializer=StreamingPullResponse.deserialize,
        )
        self._call = open_call(iter(self._requests.get, None))
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._call.cancel()
        self._requests.put(None)
        self._reader.join(timeout=10)

    def send(self, **fields: Any) -> None:
        """Send a request."""
        self._requests.put(StreamingPullRequest(**fields))

    def ack(self, messages: Iterable[ReceivedMessage]) -> None:
        """Acknowledge messages by the stream."""
        self.send(ack_ids=[message.ack_id for message in messages])

    def extend(self, messages: Iterable[ReceivedMessage], *, seconds: int) -> None:
        """Move ack deadlines by the stream; 0 seconds is a nack."""
        ids = [message.ack_id for message in messages]
        self.send(modify_deadline_ack_ids=ids, modify_deadline_seconds=[seconds] * len(ids))

    def wait_for(self, count: int) -> list[ReceivedMessage]:
        """Wait until ``count`` messages have come since the beginning, and give all there are."""
        wait_until(lambda: len(self.received) >= count, timeout=20, what=f"{count} messages")
        return self.received

    def wait_for_status(self) -> grpc.StatusCode:
        """Wait until the server ends the stream, and give the status."""
        return wait_until(lambda: self.status, what="the end of the stream")

    def _read(self) -> None:
        try:
            for response in self._call:
                self.responses.append(response)
                self.received.extend(response.received_messages)
        except grpc.RpcError:
            self.status = self._call.code()
