"""What is read as an event, in each of the three forms, and what is refused and why."""

import base64
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from consumer.decode import decode, decode_message
from consumer.errors import InvalidEvent
from schemas.events import CustomerEvent
from tests.builders import NOON, TOPIC, message, update

STRUCTURED = {
    "specversion": "1.0",
    "type": "customer.updated",
    "source": "crm/lyon",
    "id": "7",
    "time": "2024-05-01T11:30:00.5+02:00",
    "data": {"id_client": 5, "age": 44},
}


def read(data: object, **attributes: Any) -> CustomerEvent:
    return decode_message(message(data, None, **attributes), TOPIC)


def reason(data: object, **attributes: Any) -> str:
    with pytest.raises(InvalidEvent) as caught:
        read(data, **attributes)
    return str(caught.value)


def test_a_binary_cloud_event_is_read_from_its_attributes() -> None:
    event = decode_message(update(15634602, event_id="e-9", age=43), TOPIC)
    assert (event.source, event.id) == ("crm/paris", "e-9")
    assert event.time == datetime(2024, 5, 1, 9, 30, tzinfo=UTC)
    assert event.update.id_client == 15634602
    assert event.update.model_fields_set == {"id_client", "age"}


def test_a_structured_cloud_event_is_read_from_its_json() -> None:
    event = read(STRUCTURED, content_type="application/cloudevents+json; charset=utf-8")
    assert (event.source, event.id) == ("crm/lyon", "7")
    assert event.time == datetime(2024, 5, 1, 9, 30, 0, 500_000, tzinfo=UTC)
    assert event.update.age == 44


def test_a_structured_event_may_carry_its_data_in_base64() -> None:
    encoded = base64.b64encode(orjson.dumps({"id_client": 6})).decode()
    envelope = {k: v for k, v in STRUCTURED.items() if k != "data"} | {"data_base64": encoded}
    event = read(envelope, content_type="application/cloudevents+json")
    assert event.update.id_client == 6


def test_a_bare_event_takes_its_source_id_and_time_from_pubsub() -> None:
    event = read({"id_client": 5})
    assert (event.source, event.id, event.time) == (TOPIC, "42", NOON)


def test_an_event_without_a_time_happened_when_it_was_published() -> None:
    envelope = {k: v for k, v in STRUCTURED.items() if k != "time"}
    assert read(envelope, content_type="application/cloudevents+json").time == NOON


def test_a_structured_attribute_that_is_null_is_absent() -> None:
    envelope = STRUCTURED | {"time": None, "replay": None}
    event = read(envelope, content_type="application/cloudevents+json")
    assert (event.time, event.replay) == (NOON, None)


def test_the_replay_id_is_kept() -> None:
    bare = update(1)
    replayed = message(bare.data, bare.attributes, ce_replay="r-1")
    assert decode_message(replayed, TOPIC).replay == "r-1"


def test_unknown_fields_are_ignored_and_named() -> None:
    event = read({"id_client": 5, "telephone": "x", "age": 3})
    assert event.unknown_fields == ("telephone",)


def test_an_explicit_null_differs_from_an_absent_field() -> None:
    event = read({"id_client": 5, "pays": None})
    assert "pays" in event.update.model_fields_set
    assert "sexe" not in event.update.model_fields_set


def test_of_repeated_keys_the_last_counts() -> None:
    assert read(b'{"id_client": 1, "id_client": 2}').update.id_client == 2


def test_whole_floats_are_whole_numbers_as_in_json_schema() -> None:
    assert read({"id_client": 5, "age": 42.0}).update.age == 42


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'{"id_client": NaN}', "not JSON"),
        (b'{"id_client": 1, "balance": Infinity}', "not JSON"),
        (b'{"id_client": 1, "balance": 1e400}', "not JSON"),
        (b'"\\ud800"', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        ({}, "id_client: Field required"),
        ({"id_client": None}, "id_client"),
        ({"id_client": "1"}, "id_client: must be a whole number"),
        ({"id_client": True}, "id_client: must be a whole number"),
        ({"id_client": 1.5}, "id_client"),
        ({"id_client": 2**63}, "id_client"),
        (b'{"id_client": 9007199254740993.0}', "id_client: must be written without a fraction"),
        (b'{"id_client": -1e16}', "id_client: must be written without a fraction"),
        ({"id_client": 1, "age": -1}, "age"),
        ({"id_client": 1, "age": "forty"}, "age: must be a whole number"),
        ({"id_client": 1, "sexe": "M"}, "sexe: Input should be 'H' or 'F'"),
        ({"id_client": 1, "membre_actif": True}, "membre_actif"),
        ({"id_client": 1, "balance": "12"}, "balance"),
        ({"id_client": 1, "balance": True}, "balance"),
        ({"id_client": 1, "date_entree": "2018-02-30"}, "date_entree"),
        ({"id_client": 1, "date_entree": 20180101}, "date_entree: must be a date"),
        ({"id_client": 1, "pays": "Fra\x00nce"}, "pays"),
        ({"id_client": 1, "pays": ""}, "pays"),
        ({"id_client": 1, "age": -1, "sexe": "M"}, "and 1 more"),
    ],
)
def test_what_can_never_be_read_is_refused_with_a_reason(data: object, expected: str) -> None:
    assert expected in reason(data)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"ce_specversion": "0.3"}, "ce-specversion must be '1.0'"),
        ({"ce_type": "customer.deleted"}, "ce-type must be 'customer.updated'"),
        ({"ce_id": ""}, "ce-id must be a non-empty string"),
        ({"ce_time": "yesterday"}, "ce-time must be an RFC 3339 time"),
        ({"ce_time": "2024-05-01T09:30:00"}, "ce-time must be an RFC 3339 time"),
        ({"ce_time": "2024-13-01T09:30:00Z"}, "ce-time is no real moment"),
        ({"ce_time": "0001-01-01T00:00:00+14:00"}, "ce-time is no real moment"),
    ],
)
def test_what_cloudevents_requires_is_required(changed: dict[str, str], expected: str) -> None:
    valid = {
        "ce_id": "1",
        "ce_source": "crm",
        "ce_type": "customer.updated",
        "ce_time": "2024-05-01T09:30:00Z",
        "ce_specversion": "1.0",
    }
    assert expected in reason({"id_client": 1}, **(valid | changed))


def test_an_event_that_names_only_its_id_is_no_bare_event() -> None:
    assert "ce-specversion" in reason({"id_client": 1}, ce_id="1")


def test_a_reason_never_repeats_the_value() -> None:
    assert "Dupont" not in reason({"id_client": "Dupont", "nom": "Dupont", "sexe": "Dupont"})


def test_a_broken_message_fails_alone() -> None:
    good, broken = update(1), message(b"{")
    decoded, failed = decode([good, broken], TOPIC)
    assert [item.message for item in decoded] == [good]
    assert [item.message for item in failed] == [broken]
