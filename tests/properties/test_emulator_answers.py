"""Whatever a client asks, the emulator answers with a status that it chose, in words."""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.random_requests import requests, world
from tools.emulator import serve
from tools.emulator.status import CODES

CHOSEN = set(CODES.values()) - {grpc.StatusCode.UNAVAILABLE}


@pytest.fixture(scope="module")
def channel() -> Iterator[grpc.Channel]:
    """Give a connection to a server of this test's own."""
    with serve() as running, grpc.insecure_channel(running.address) as channel:
        yield channel


def call(channel: grpc.Channel, method: str, request: Any) -> str:
    """Send a request; say what is wrong with its answer, nothing where it is one."""
    send = channel.unary_unary(method, request_serializer=type(request).SerializeToString)
    try:
        send(request, timeout=10)
    except grpc.RpcError as error:
        if error.code() in CHOSEN and error.details():
            return ""
        return f"{method} ended as {error.code()}: {error.details()}\n{request}"
    return ""


@given(st.lists(requests(), min_size=1, max_size=20))
def test_no_request_ends_in_an_error_that_nobody_chose(
    channel: grpc.Channel, sequence: list[tuple[str, Any]]
) -> None:
    for method, request in (*world(), *sequence):
        if method.endswith("/Pull"):
            request.return_immediately = True

        assert call(channel, method, request) == ""
