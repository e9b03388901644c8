"""What a message says of the trace that it belongs to."""

import pytest

from tests.builders import message

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize("name", ["googclient_traceparent", "ce-traceparent"])
def test_the_publishers_trace_is_known_by_either_name(name: str) -> None:
    assert message(b"", {name: TRACE}).traceparent == TRACE


def test_a_message_without_a_trace_has_none() -> None:
    assert message(b"", {"googclient_traceparent": ""}).traceparent == ""
