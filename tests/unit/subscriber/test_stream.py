"""One stream: what it opens again after, what ends it, and that it waits for room."""

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from google.api_core.exceptions import (
    Aborted,
    Cancelled,
    DeadlineExceeded,
    InternalServerError,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    ServiceUnavailable,
    Unknown,
)
from google.pubsub_v1.types import StreamingPullRequest, StreamingPullResponse

from consumer.subscriber.stream import Stream
from tests.wait import wait_until

FIRST = StreamingPullRequest(subscription="projects/p/subscriptions/s")


def response(text: str) -> StreamingPullResponse:
    return StreamingPullResponse(received_messages=[{"ack_id": text, "message": {"data": b"x"}}])


@dataclass
class Call:
    """Gives responses, then an error; without one it goes on until it is cancelled."""

    responses: list[StreamingPullResponse]
    error: Exception | None
    cancelled: threading.Event = field(default_factory=threading.Event)

    def __iter__(self) -> Iterator[StreamingPullResponse]:
        for each in self.responses:
            if self.cancelled.is_set():
                break
            yield each
        if self.error is not None:
            raise self.error
        self.cancelled.wait(timeout=10)
        raise Cancelled("as asked")

    def cancel(self) -> None:
        self.cancelled.set()


@dataclass
class RecordingPuller:
    """Gives one call after the other, the last without an end."""

    calls: list[Call]
    opened: int = 0
    first: list[StreamingPullRequest] = field(default_factory=list)

    def streaming_pull(self, requests: Iterator[Any], **_: object) -> Call:
        self.first.append(next(requests))
        self.opened += 1
        return self.calls[min(self.opened, len(self.calls)) - 1]


class Reading:
    """A stream, and what it received."""

    def __init__(self, *calls: Call) -> None:
        self.client = RecordingPuller(list(calls))
        self.received: list[str] = []
        self.room = threading.Event()
        self.asked_for_room = 0
        self.stream = Stream(
            self.client,
            FIRST,
            receive=lambda received: self.received.extend(each.ack_id for each in received),
            has_room=self._has_room,
            random_=random.Random(1),
        )

    def start(self, *, room: bool = True) -> "Reading":
        if room:
            self.room.set()
        self.stream.start()
        return self

    def _has_room(self, timeout: float) -> bool:
        assert timeout > 0
        self.asked_for_room += 1
        return self.room.wait(0.001)

    def end(self) -> None:
        self.stream.cancel()
        wait_until(lambda: self.stream.ended, what="the stream's end")


@pytest.mark.parametrize(
    "passing",
    [
        Aborted("x"),
        DeadlineExceeded("x"),
        InternalServerError("x"),
        ResourceExhausted("x"),
        ServiceUnavailable("x"),
        Unknown("x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_after_an_error_that_passes_the_stream_is_opened_again(passing: Exception) -> None:
    reading = Reading(Call([response("a")], passing), Call([response("b")], None)).start()
    wait_until(lambda: reading.received == ["a", "b"], what="both messages")
    assert reading.client.first == [FIRST, FIRST]
    reading.end()
    assert reading.stream.error is None


@pytest.mark.parametrize("final", [NotFound("gone"), PermissionDenied("no"), ValueError("odd")])
def test_any_other_error_ends_the_stream_and_is_kept(final: Exception) -> None:
    reading = Reading(Call([response("a")], final)).start()
    wait_until(lambda: reading.stream.ended, what="the stream's end")
    assert reading.received == ["a"]
    assert reading.stream.error is final


def test_where_there_is_no_room_nothing_more_is_read() -> None:
    reading = Reading(Call([response("a"), response("b")], None)).start(room=False)
    wait_until(lambda: reading.asked_for_room >= 3, what="the stream to wait")
    assert reading.received == ["a"]
    reading.room.set()
    wait_until(lambda: reading.received == ["a", "b"], what="both messages")
    reading.end()


def test_a_stream_that_waits_for_room_can_be_cancelled() -> None:
    reading = Reading(Call([response("a"), response("b")], None)).start(room=False)
    wait_until(lambda: reading.asked_for_room >= 3, what="the stream to wait")
    reading.end()
    assert reading.received == ["a"]


def test_a_stream_that_waits_to_be_opened_again_can_be_cancelled() -> None:
    reading = Reading(*[Call([], ServiceUnavailable("away"))] * 3).start()
    wait_until(lambda: reading.client.opened >= 1, what="the first try")
    reading.end()
    assert reading.stream.error is None
