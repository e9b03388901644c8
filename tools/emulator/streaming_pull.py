"""One StreamingPull call: sends what its dispatcher gives it, takes acks and deadlines."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from tools.emulator.dispatcher import Dispatcher, Waiter
from tools.emulator.errors import InvalidArgument
from tools.emulator.flow_control import FlowControl
from tools.emulator.limits import check_modified_deadline
from tools.emulator.message import Delivery
from tools.emulator.received import add_received
from tools.emulator.settings import check_ack_deadline
from tools.emulator.subscription import Subscription
from tools.emulator.wire import StreamingPullResponse

LARGEST_RESPONSE = 1_000
"""Messages that one response carries at the most."""

_ONLY_AT_FIRST = (
    "subscription",
    "client_id",
    "max_outstanding_messages",
    "max_outstanding_bytes",
    "protocol_version",
)


class Stream:
    """The state of one call: its flow control and its ack deadline."""

    def __init__(self, subscription: Subscription, dispatcher: Dispatcher, first: Any) -> None:
        """Open a stream by its first request.

        Raises:
            InvalidArgument: the request has a value that the service refuses.
        """
        self._subscription = subscription
        self._dispatcher = dispatcher
        self._ack_deadline_seconds = check_ack_deadline(first.stream_ack_deadline_seconds)
        self._flow = FlowControl(
            max_messages=first.max_outstanding_messages, max_bytes=first.max_outstanding_bytes
        )
        self._apply(first)

    async def run(self, requests: AsyncIterator[Any], send: Callable[[Any], Any]) -> None:
        """Serve the stream until the client ends it.

        Raises:
            Refused: a request is not valid, the subscription is gone, or the server stops.
        """
        tasks = {
            asyncio.create_task(self._receive(requests)),
            asyncio.create_task(self._send(send)),
        }
        try:
            finished, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in finished:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _receive(self, requests: AsyncIterator[Any]) -> None:
        async for request in requests:
            for name in _ONLY_AT_FIRST:
                if getattr(request, name):
                    raise InvalidArgument(f"{name} is set in the first request of a stream only")
            if request.stream_ack_deadline_seconds:
                seconds = check_ack_deadline(request.stream_ack_deadline_seconds)
                self._ack_deadline_seconds = seconds
            self._apply(request)

    async def _send(self, send: Callable[[Any], Any]) -> None:
        while True:
            waiter = Waiter(LARGEST_RESPONSE, self._flow, self._ack_deadline_seconds)
            await send(self._response(await self._dispatcher.wait(waiter)))

    def _apply(self, request: Any) -> None:
        ids, seconds = request.modify_deadline_ack_ids, request.modify_deadline_seconds
        if len(ids) != len(seconds):
            raise InvalidArgument(
                "modify_deadline_seconds and modify_deadline_ack_ids have the same length, here"
                f" {len(seconds)} and {len(ids)}"
            )
        by_deadline: dict[int, list[str]] = {}
        for ack_id, duration in zip(ids, seconds, strict=True):
            by_deadline.setdefault(check_modified_deadline(duration), []).append(ack_id)
        if request.ack_ids:
            self._subscription.acknowledge(request.ack_ids)
        for duration, group in by_deadline.items():
            self._subscription.modify_ack_deadline(group, duration)

    def _response(self, deliveries: Iterable[Delivery]) -> Any:
        response = StreamingPullResponse()
        properties = response.subscription_properties
        properties.message_ordering_enabled = self._subscription.settings.ordering
        add_received(response, deliveries, self._subscription.settings)
        return response
