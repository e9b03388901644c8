"""The listener on the alert topic: one StreamingPull by a raw stub, which costs little.

Nothing is parsed beyond the response and nothing acknowledged while it listens, so that the clock
is read as soon as an alert is there and the server has nothing else to do; :meth:`Listener.close`
acknowledges all at once.
"""

import queue
import threading
import time
from dataclasses import dataclass
from typing import Any

import grpc

from tools.bench.errors import LoadFailed
from tools.emulator import wire

ACK_DEADLINE_SECONDS = 600
"""The longest there is, so that nothing is delivered twice while it listens."""
ANSWER_SECONDS = 30.0

_SUBSCRIBER = "/google.pubsub.v1.Subscriber"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message, and the moment at which it came."""

    moment: float
    message: Any
    ack_id: str


class Listener:
    """Notes what comes, on a thread of its own, from when it is made."""

    def __init__(self, channel: grpc.Channel, subscription: str) -> None:
        self._subscription = subscription
        self._acknowledge = channel.unary_unary(f"{_SUBSCRIBER}/Acknowledge")
        self._arrivals: list[Arrival] = []
        self._changed = threading.Condition()
        self._ended = False
        requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
        requests.put(
            wire.StreamingPullRequest(
                subscription=subscription, stream_ack_deadline_seconds=ACK_DEADLINE_SECONDS
            )
        )
        self._requests = requests
        self._call = channel.stream_stream(
            f"{_SUBSCRIBER}/StreamingPull",
            request_serializer=wire.StreamingPullRequest.SerializeToString,
            response_deserializer=wire.StreamingPullResponse.FromString,
        )(iter(requests.get, None))
        self._reader = threading.Thread(target=self._read, name="listener", daemon=True)
        self._reader.start()

    def wait(self, number: int, seconds: float) -> list[Arrival]:
        """Give all that came, once it is so many or the time is over.

        Raises:
            LoadFailed: the server ended the stream.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._ended or len(self._arrivals) >= number, seconds)
            if self._ended:
                raise LoadFailed(f"the server ended the stream of alerts: {self._call.details()}")
            return list(self._arrivals)

    def close(self) -> None:
        """End the stream, and acknowledge what came."""
        self._call.cancel()
        self._requests.put(None)
        self._reader.join()
        if self._arrivals:
            request = wire.AcknowledgeRequest(
                subscription=self._subscription, ack_ids=[one.ack_id for one in self._arrivals]
            )
            self._acknowledge(request.SerializeToString(), timeout=ANSWER_SECONDS)

    def _read(self) -> None:
        try:
            for response in self._call:
                moment = time.perf_counter()
                with self._changed:
                    self._arrivals += [
                        Arrival(moment, received.message, received.ack_id)
                        for received in response.received_messages
                    ]
                    self._changed.notify()
        except grpc.RpcError:  # its details are with the call
            pass
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify()
