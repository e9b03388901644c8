"""What is written is read back equal, and always written the same way."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.alerts import ChurnAlert, ModelReference, Reason, Risk
from schemas.events import CustomerEvent, CustomerUpdate, StructuredEvent, binary_message
from schemas.moments import rfc3339
from tests.schema_validation import strict_json, validator

ALERT_SCHEMA = validator("churn_alert")
EVENT_SCHEMA = validator("customer_update")

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(timezones=ZONES).filter(lambda moment: 1 < moment.year < 9999)
TEXTS = st.text()
AMOUNTS = st.floats(allow_nan=False, allow_infinity=False)
PROBABILITIES = st.floats(0, 1)

REASONS = st.builds(
    Reason, feature=TEXTS, value=st.one_of(st.none(), AMOUNTS, TEXTS), contribution=AMOUNTS
)
MODELS = st.builds(
    ModelReference,
    name=TEXTS,
    version=TEXTS,
    sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
)
ALERTS = st.builds(
    ChurnAlert,
    alert_id=st.uuids(version=5),
    revision=st.integers(1, 2**31),
    event_id=TEXTS,
    event_source=TEXTS,
    id_client=st.integers(-(2**63), 2**63 - 1),
    probability=PROBABILITIES,
    threshold=PROBABILITIES,
    risk=st.sampled_from(Risk),
    reasons=st.lists(REASONS, max_size=3).map(tuple),
    model=MODELS,
    event_time=MOMENTS,
)

COUNTS = st.integers(0, 2**31 - 1)
YES_NO = st.sampled_from(["Yes", "No"])
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "date_entree": st.dates().map(str),
    "nom": TEXTS,
    "pays": st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=64),
    "sexe": st.sampled_from(["H", "F"]),
    "age": COUNTS,
    "membre_actif": YES_NO,
    "balance": AMOUNTS,
    "nb_produits": COUNTS,
    "carte_credit": YES_NO,
    "salaire": AMOUNTS,
    "score_credit": AMOUNTS,
    "churn": YES_NO,
}
UPDATES = st.fixed_dictionaries(
    {"id_client": st.integers(-(2**63), 2**63 - 1)},
    optional={name: st.none() | values for name, values in FIELDS.items()},
)


@given(ALERTS)
def test_an_alert_is_read_back_as_it_was_written(alert: ChurnAlert) -> None:
    assert ChurnAlert.decode(alert.encode()) == alert
    assert ChurnAlert.decode(alert.encode()).encode() == alert.encode()


@given(ALERTS)
def test_an_alert_conforms_to_its_json_schema(alert: ChurnAlert) -> None:
    assert ALERT_SCHEMA.is_valid(strict_json(alert.encode()))


@given(UPDATES)
def test_an_event_is_read_back_with_exactly_the_fields_it_carries(fields: dict[str, Any]) -> None:
    update = CustomerUpdate.model_validate(fields)
    data, _ = binary_message(CustomerEvent("crm", "1", NOON, update))
    assert EVENT_SCHEMA.is_valid(strict_json(data))
    read = CustomerUpdate.model_validate_json(data)
    assert read == update
    assert read.model_fields_set == fields.keys()


@given(MOMENTS)
def test_a_moment_is_read_back_as_the_same_moment(moment: Any) -> None:
    document = {
        "specversion": "1.0",
        "type": "customer.updated",
        "source": "crm",
        "id": "1",
        "time": rfc3339(moment),
        "data": {"id_client": 1},
    }
    assert StructuredEvent.model_validate_json(json.dumps(document)).time == moment
