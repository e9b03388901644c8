"""One StreamingPull stream: opened, read, and opened again after errors that pass."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Protocol

from google.pubsub_v1.types import StreamingPullRequest, StreamingPullResponse

from consumer.back_off import back_off
from consumer.pubsub_errors import PASSING

HEARTBEAT_SECONDS = 30.0
"""A stream on which nothing is said for longer may be cut by what lies between."""
ROOM_SECONDS = 0.5
"""How often a stream that waits for room looks whether it shall end."""


class Puller(Protocol):
    """The call of Google's SubscriberClient that is made here."""

    def streaming_pull(
        self, requests: Iterator[Any], *, metadata: Any, retry: None, timeout: None
    ) -> Any:
        """Open a stream; what it gives is iterated and can be cancelled."""
        ...


class Stream:
    """Reads in a thread of its own until it is cancelled, or an error comes that does not pass."""

    def __init__(
        self,
        client: Puller,
        first: StreamingPullRequest,
        *,
        receive: Callable[[Any], None],
        has_room: Callable[[float], bool],
        random_: random.Random,
    ) -> None:
        """Wire it; :meth:`start` opens it.

        Args:
            client: Google's.
            first: the request that opens it.
            receive: is given each response's ``ReceivedMessage``s, plain protobuf ones.
            has_room: waits that many seconds for room and says whether there is; nothing is read
                where there is none.
            random_: spreads the pauses before it is opened again.
        """
        self._client = client
        self._first = first
        self._receive = receive
        self._has_room = has_room
        self._random = random_
        self._cancelled = threading.Event()
        self._call: Any = None
        self._pauses = back_off(random_)
        self.error: Exception | None = None
        """Why it ended, where nobody cancelled it."""
        self._thread = threading.Thread(target=self._run, name="stream", daemon=True)

    def start(self) -> None:
        """Open it; does not wait for the server."""
        self._thread.start()

    def cancel(self) -> None:
        """End it; what was read stays held."""
        self._cancelled.set()
        if self._call is not None:
            self._call.cancel()

    @property
    def ended(self) -> bool:
        """Whether nothing more will come from it."""
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._cancelled.is_set():
                self._read_until_it_breaks()
                self._cancelled.wait(next(self._pauses))
        except Exception as error:  # noqa: BLE001 - whoever looks after the streams is told
            if not self._cancelled.is_set():
                self.error = error

    def _read_until_it_breaks(self) -> None:
        """Open the stream and read it.

        Raises:
            GoogleAPICallError: it ended with an error that does not pass.
        """
        over = threading.Event()
        try:
            # Whether Pub/Sub can be reached at all is asked by consumer.subscriber.reachability.
            with suppress(*PASSING):
                self._read(over)
        finally:
            over.set()

    def _read(self, over: threading.Event) -> None:
        self._call = self._client.streaming_pull(
            self._requests(over),
            metadata=[("x-goog-request-params", f"subscription={self._first.subscription}")],
            retry=None,
            timeout=None,
        )
        if self._cancelled.is_set():  # just before there was a call to cancel
            self._call.cancel()
        for response in self._call:
            self._pauses = back_off(self._random)
            self._receive(StreamingPullResponse.pb(response).received_messages)
            while not (self._has_room(ROOM_SECONDS) or self._cancelled.is_set()):
                pass

    def _requests(self, over: threading.Event) -> Iterator[StreamingPullRequest]:
        yield self._first
        while not over.wait(HEARTBEAT_SECONDS):
            yield StreamingPullRequest()
