"""How an event and an alert are written."""

import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from pydantic import ValidationError

from schemas.alerts import ChurnAlert, ModelReference, Reason, Risk
from schemas.events import CustomerEvent, CustomerUpdate, binary_message
from schemas.moments import rfc3339

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
PARIS = timezone(timedelta(hours=2))


def alert(event_time: datetime = NOON) -> ChurnAlert:
    return ChurnAlert(
        alert_id=UUID("cd546014-b463-5fa2-b1fa-5cd4551cc256"),
        event_id="1",
        event_source="crm",
        id_client=42,
        probability=0.75,
        threshold=0.5,
        risk=Risk.CRITICAL,
        reasons=(Reason(feature="AGE", value=None, contribution=0.5),),
        model=ModelReference(name="churn", version="1", sha256="0" * 64),
        event_time=event_time,
    )


def test_an_alert_is_one_line_of_json_with_its_fields_in_order() -> None:
    assert alert().encode() == (
        b'{"alert_id":"cd546014-b463-5fa2-b1fa-5cd4551cc256","revision":1,"event_id":"1",'
        b'"event_source":"crm","id_client":42,"probability":0.75,"threshold":0.5,'
        b'"risk":"critical","reasons":[{"feature":"AGE","value":null,"contribution":0.5}],'
        b'"model":{"name":"churn","version":"1","sha256":"' + b"0" * 64 + b'"},'
        b'"event_time":"2024-05-01T12:00:00Z"}'
    )


def test_the_same_moment_in_another_time_zone_gives_the_same_bytes() -> None:
    assert alert(NOON.astimezone(PARIS)).encode() == alert(NOON).encode()


def test_an_alert_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="event_time"):
        alert(datetime(2024, 5, 1, 12))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize("value", [1714550400, "1714550400", "2024-05-01", "2024-05-01T12:00:00"])
def test_an_alert_whose_time_is_no_rfc_3339_time_is_refused(value: object) -> None:
    document = json.loads(alert().encode()) | {"event_time": value}
    with pytest.raises(ValidationError, match="event_time"):
        ChurnAlert.decode(json.dumps(document).encode())


def test_a_field_that_a_later_version_adds_is_ignored_by_a_reader() -> None:
    document = json.loads(alert().encode()) | {"added_later": 1}
    assert ChurnAlert.decode(json.dumps(document).encode()) == alert()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_an_alert_never_carries_a_number_that_json_has_not(value: float) -> None:
    with pytest.raises(ValidationError):
        Reason(feature="AGE", value=value, contribution=0)
    with pytest.raises(ValidationError):
        Reason(feature="AGE", value=1, contribution=value)


def event(replay: str | None = None) -> CustomerEvent:
    update = CustomerUpdate.model_validate({"id_client": 42, "pays": None, "age": 30})
    return CustomerEvent("crm/paris", "7", NOON.astimezone(PARIS), update, replay)


def test_an_event_is_published_in_binary_mode() -> None:
    _, attributes = binary_message(event())
    assert attributes == {
        "ce-specversion": "1.0",
        "ce-type": "customer.updated",
        "ce-source": "crm/paris",
        "ce-id": "7",
        "ce-time": "2024-05-01T12:00:00Z",
        "content-type": "application/json",
    }


def test_an_event_carries_its_nulls_but_not_what_is_absent() -> None:
    data, _ = binary_message(event())
    assert data == b'{"id_client":42,"pays":null,"age":30}'


def test_a_replayed_event_names_its_replay() -> None:
    _, attributes = binary_message(event(replay="backfill-1"))
    assert attributes["ce-replay"] == "backfill-1"


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        rfc3339(datetime(2024, 5, 1))  # noqa: DTZ001 - the point of the test


def test_a_moment_that_utc_cannot_express_is_refused() -> None:
    with pytest.raises(ValueError, match="years 1 to 9999"):
        rfc3339(datetime(1, 1, 1, tzinfo=PARIS))
