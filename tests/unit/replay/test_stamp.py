"""How an event of the past looks when it is sent again."""

from datetime import UTC, datetime

import orjson
import pytest

from consumer.decode import decode_message
from consumer.message import Message
from schemas.events import CustomerEvent
from tools.errors import BadInput
from tools.replay.stamp import stamped

TOPIC = "projects/p/topics/customer-updates"
PUBLISHED = datetime(2026, 11, 1, 9, tzinfo=UTC)
REPLAY = "20261125t1200-abc"
BINARY = {
    "ce-specversion": "1.0",
    "ce-type": "customer.updated",
    "ce-source": "crm/paris",
    "ce-id": "e-1",
    "ce-time": "2026-10-31T23:00:00+01:00",
}
STRUCTURED = {"content-type": "application/cloudevents+json; charset=utf-8"}


def message(data: bytes, attributes: dict[str, str]) -> Message:
    return Message("m-7", data, attributes, PUBLISHED, ordering_key="1001")


def again(original: Message) -> tuple[CustomerEvent, CustomerEvent, Message]:
    """Read a message before and after it is stamped, and give what is published."""
    before = decode_message(original, TOPIC)
    outgoing = stamped(original, before, REPLAY)
    republished = Message(
        "m-8",
        outgoing.data,
        outgoing.attributes,
        datetime(2026, 11, 25, tzinfo=UTC),
        outgoing.ordering_key,
    )
    return before, decode_message(republished, "projects/p/topics/another"), republished


@pytest.mark.parametrize(
    "original",
    [
        message(b'{"id_client": 1001, "x": 1.0}', BINARY),
        message(b'{"id_client": 1001}', {k: v for k, v in BINARY.items() if k != "ce-time"}),
        message(b'{"id_client": 1001}', BINARY | {"ce-replay": "an-earlier-one"}),
        message(b' {"id_client": 1001, "age": null} ', {"color": "blue"}),
        message(b'{"id_client": 1001}', {}),
        message(
            b'{"specversion": "1.0", "type": "customer.updated", "source": "crm", "id": "m-7",\n'
            b' "data": {"id_client": 1001}} \n',
            STRUCTURED,
        ),
    ],
    ids=["binary", "binary without a time", "replayed before", "bare", "empty", "structured"],
)
def test_an_event_keeps_source_id_time_and_data_and_carries_the_replays_id(
    original: Message,
) -> None:
    before, after, republished = again(original)
    assert after == before._replace(replay=REPLAY)
    assert republished.ordering_key == original.ordering_key


def test_the_bytes_of_the_data_stay_as_they_were() -> None:
    original = message(b'{"id_client":1001, "balance": 1e2,"balance":100.00}', BINARY)
    assert again(original)[2].data == original.data


def test_of_a_structured_event_all_but_time_and_replay_stay_as_they_were() -> None:
    data = (
        b'{"specversion": "1.0", "type": "customer.updated", "source": "crm", "id": "1", '
        b'"large": 123456789012345678901234567890, "data": {"id_client": 1}}'
    )
    republished = again(message(data, STRUCTURED))[2].data
    assert republished.startswith(data.removesuffix(b"}"))
    assert orjson.loads(republished)["replay"] == REPLAY


def test_attributes_of_others_stay() -> None:
    republished = again(message(b'{"id_client": 1}', BINARY | {"color": "blue"}))[2]
    assert republished.attributes["color"] == "blue"
    assert republished.attributes["ce-time"] == BINARY["ce-time"]


def test_a_bare_event_whose_attributes_leave_no_room_is_refused() -> None:
    full = message(b'{"id_client": 1}', {f"a{n}": "x" for n in range(95)})
    with pytest.raises(BadInput, match="102 attributes"):
        stamped(full, decode_message(full, TOPIC), REPLAY)
