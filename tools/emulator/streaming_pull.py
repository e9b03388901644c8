"""One StreamingPull call: sends what its dispatcher gives it, takes acks and deadlines."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

from tools.emulator.acknowledgement import confirm
from tools.emulator.dispatcher import Dispatcher, Waiter
from tools.emulator.errors import InvalidArgument
from tools.emulator.flow_control import FlowControl
from tools.emulator.limits import check_modified_deadline
from tools.emulator.message import Delivery
from tools.emulator.received import add_received
from tools.emulator.settings import check_ack_deadline
from tools.emulator.subscription import Subscription
from tools.emulator.wire import StreamingPullResponse

Send = Callable[[Any], Awaitable[None]]

LARGEST_RESPONSE = 1_000
"""Messages that one response carries at the most."""

KEEPALIVE_VERSION = 1
"""The ``protocol_version`` since which an empty request is a ping, and is answered."""

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
        self._breaks = dispatcher.breaks
        self._ack_deadline_seconds = check_ack_deadline(first.stream_ack_deadline_seconds)
        self._flow = FlowControl(
            max_messages=first.max_outstanding_messages, max_bytes=first.max_outstanding_bytes
        )
        self._first = first
        self._sending = asyncio.Lock()

    async def run(self, requests: AsyncIterator[Any], send: Send) -> None:
        """Serve the stream until the client ends it; ``send`` writes one response.

        Raises:
            Refused: a request is not valid, the subscription is gone, or the server stops.
        """
        tasks = {
            asyncio.create_task(self._receive(requests, send)),
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

    async def _receive(self, requests: AsyncIterator[Any], send: Send) -> None:
        await self._apply(self._first, send)
        async for request in requests:
            for name in _ONLY_AT_FIRST:
                if getattr(request, name):
                    raise InvalidArgument(f"{name} is set in the first request of a stream only")
            if request.stream_ack_deadline_seconds:
                seconds = check_ack_deadline(request.stream_ack_deadline_seconds)
                self._ack_deadline_seconds = seconds
            await self._apply(request, send)

    async def _send(self, send: Send) -> None:
        while True:
            waiter = Waiter(LARGEST_RESPONSE, self._flow, self._ack_deadline_seconds)
            response = self._response(await self._dispatcher.wait(waiter))
            async with self._sending:
                await send(response)
            self._dispatcher.responded(self._breaks)

    async def _apply(self, request: Any, send: Send) -> None:
        """Do what a request asks for, confirm it where delivery is exactly once, answer pings."""
        confirmation = self._settle(request)
        if confirmation.ByteSize() or self._answers(request):
            self._add_properties(confirmation)
            async with self._sending:
                await send(confirmation)

    def _answers(self, request: Any) -> bool:
        """Whether a request is a ping of a client that takes a stream for broken without answer."""
        return self._first.protocol_version >= KEEPALIVE_VERSION and not request.ByteSize()

    def _settle(self, request: Any) -> Any:
        subscription, confirmation = self._subscription, StreamingPullResponse()
        exactly_once = subscription.settings.exactly_once
        deadlines = _by_duration(request)
        if request.ack_ids:
            results = subscription.acknowledge(self._dispatcher.applied(request.ack_ids))
            if exactly_once:
                confirm(confirmation.acknowledge_confirmation, request.ack_ids, results)
        for seconds, ack_ids in deadlines.items():
            results = subscription.modify_ack_deadline(ack_ids, seconds)
            if exactly_once:
                confirm(confirmation.modify_ack_deadline_confirmation, ack_ids, results)
        return confirmation

    def _response(self, deliveries: Iterable[Delivery]) -> Any:
        response = StreamingPullResponse()
        self._add_properties(response)
        add_received(response, deliveries, self._subscription.settings)
        return response

    def _add_properties(self, response: Any) -> None:
        properties, settings = response.subscription_properties, self._subscription.settings
        properties.message_ordering_enabled = settings.ordering
        properties.exactly_once_delivery_enabled = settings.exactly_once


def _by_duration(request: Any) -> dict[int, list[str]]:
    """Gather the ack ids of which a request moves the deadline, by the new deadline's seconds."""
    ids, seconds = request.modify_deadline_ack_ids, request.modify_deadline_seconds
    if len(ids) != len(seconds):
        raise InvalidArgument(
            "modify_deadline_seconds and modify_deadline_ack_ids have the same length, here"
            f" {len(seconds)} and {len(ids)}"
        )
    by_duration: dict[int, list[str]] = {}
    for ack_id, duration in zip(ids, seconds, strict=True):
        by_duration.setdefault(check_modified_deadline(duration), []).append(ack_id)
    return by_duration
