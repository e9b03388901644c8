"""What a line of a file of events becomes."""

import json

import pytest

from consumer.decode import decode_message
from consumer.message import Message, OutgoingMessage
from tests.builders import NOON, TOPIC
from tools.crm.lines import read_events
from tools.errors import BadInput


def read(*lines: bytes) -> list[OutgoingMessage]:
    return list(read_events(lines, "events.jsonl", now=lambda: NOON))


def test_event_data_is_sent_as_it_stands_in_a_cloudevent() -> None:
    (message,) = read(b'{"id_client": 7, "balance": 1.50}\n')
    assert message.data == b'{"id_client": 7, "balance": 1.50}'
    event = decode_message(Message("1", message.data, message.attributes, NOON), TOPIC)
    assert (event.source, event.time, event.update.id_client) == ("crm/cli", NOON, 7)


def test_equal_content_gives_the_same_event_id_however_it_is_spaced() -> None:
    one, same, other = read(
        b'{"id_client": 7, "age": 30}', b'{"age":30,"id_client":7}', b'{"id_client": 8}'
    )
    assert one.attributes["ce-id"] == same.attributes["ce-id"] != other.attributes["ce-id"]


def test_a_message_is_sent_exactly_as_it_is_written() -> None:
    line = {"attributes": {"ce-id": "1", "ce-type": "nonsense"}, "data": ["no", "object"]}
    (message,) = read(json.dumps(line).encode())
    assert message.attributes == {"ce-id": "1", "ce-type": "nonsense"}
    assert json.loads(message.data) == ["no", "object"]


def test_a_number_beyond_64_bits_is_not_rounded_on_its_way() -> None:
    (message,) = read(b'{"attributes": {}, "data": {"id_client": 123456789012345678901234567890}}')
    assert message.data == b'{"id_client":123456789012345678901234567890}'


def test_a_structured_event_is_sent_in_binary_mode() -> None:
    line = {
        "specversion": "1.0",
        "type": "customer.updated",
        "source": "crm/paris",
        "id": "e-1",
        "time": "2024-05-01T12:00:00Z",
        "attempt": 2,
        "urgent": True,
        "subject": None,
        "data": {"id_client": 7},
    }
    (message,) = read(json.dumps(line).encode())
    assert message.attributes == {
        "ce-specversion": "1.0",
        "ce-type": "customer.updated",
        "ce-source": "crm/paris",
        "ce-id": "e-1",
        "ce-time": "2024-05-01T12:00:00Z",
        "ce-attempt": "2",
        "ce-urgent": "true",
        "content-type": "application/json",
    }
    assert decode_message(Message("1", message.data, message.attributes, NOON), TOPIC).id == "e-1"


def test_data_in_base64_is_sent_as_the_bytes_it_stands_for() -> None:
    (message,) = read(b'{"specversion": "1.0", "id": "1", "data_base64": "eyJpZF9jbGllbnQiOjd9"}')
    assert message.data == b'{"id_client":7}'


def test_an_exported_message_is_sent_with_its_bytes_and_without_its_ordering_key() -> None:
    (message,) = read(
        b'{"attributes": {"a": "b"}, "data_base64": "AAE=", "message_id": "17", '
        b'"publish_time": "2024-05-01T09:30:00Z", "ordering_key": "1001"}'
    )
    assert message == OutgoingMessage(b"\0\1", {"a": "b"})


def test_empty_lines_are_skipped_and_still_counted() -> None:
    with pytest.raises(BadInput, match=r"^events\.jsonl, line 3: "):
        read(b"\n", b'{"id_client": 7}\n', b"oops\n")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b'{"id_client": 7', "is not JSON: .* at column 16"),
        (b"\xff\xfe", "is not UTF-8"),
        (b'{"balance": NaN}', "is not JSON: NaN"),
        (b'{"balance": ' + b"9" * 10_000 + b"}", "holds a number of thousands of digits"),
        (b"[" * 100_000, "is nested too deep"),
        (b"[1]", "must be a JSON object"),
        (b'{"attributes": []}', "attributes must be an object"),
        (b'{"attributes": {"ce-id": 1}, "data": {}}', "attribute ce-id must be a string"),
        (b'{"specversion": "1.0", "id": {}}', "id must be a string"),
        (b'{"specversion": "1.0", "data_base64": "?"}', "data_base64 is not base64"),
        (b'{"balance": 1e400}', "holds a number beyond what a double holds"),
        (b'{"attributes": {"a": "\\ud800"}}', "an attribute holds half a surrogate pair"),
        (b'{"attributes": {}, "message_id": 1}', "message_id must be a string"),
        (b'{"attributes": {}, "publish_time": "today"}', "publish_time must be an RFC 3339 time"),
    ],
)
def test_a_wrong_line_says_where_and_what(line: bytes, problem: str) -> None:
    with pytest.raises(BadInput, match=f"^events.jsonl, line 1: {problem}"):
        read(line)


def test_no_value_of_a_wrong_line_is_repeated() -> None:
    with pytest.raises(BadInput) as told:
        read(b'{"nom": "Dupont", "id_client": ')
    assert "Dupont" not in str(told.value)
