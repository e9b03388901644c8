"""When an alert is raised, what it says, and how it is published."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.alerts import ALERT_NAMESPACE, AlertPolicy, alert_id, alert_message, risk_of
from consumer.decode import decode_message
from consumer.stages import Alerted, Silent
from schemas.alerts import ChurnAlert, Risk
from schemas.events import CustomerEvent
from tests.builders import NOON, POLICY, TOPIC, LogisticModel, message, processed, profile, update

SCORED_AT = datetime(2024, 5, 1, 12, 0, 1, tzinfo=UTC)


def outcome_of(
    age: int, policy: AlertPolicy = POLICY, model: LogisticModel | None = None
) -> Alerted | Silent:
    [outcome] = processed(update(1), known={1: profile(age=age)}, model=model, policy=policy)
    assert isinstance(outcome, Alerted | Silent)
    return outcome


def alerted(age: int = 70, policy: AlertPolicy = POLICY) -> Alerted:
    outcome = outcome_of(age, policy)
    assert isinstance(outcome, Alerted)
    return outcome


def event(source: str, id_: str) -> CustomerEvent:
    return CustomerEvent(source, id_, NOON, decode_message(update(1), TOPIC).update)


def test_from_the_threshold_on_there_is_an_alert_and_below_it_silence() -> None:
    assert isinstance(outcome_of(age=40), Alerted)
    assert isinstance(outcome_of(age=39), Silent)


@pytest.mark.parametrize(
    ("probability", "risk"),
    [(0.6, Risk.HIGH), (0.79, Risk.HIGH), (0.8, Risk.CRITICAL), (1.0, Risk.CRITICAL)],
)
def test_risk_is_critical_from_half_way_between_the_threshold_and_1(
    probability: float, risk: Risk
) -> None:
    assert risk_of(probability, threshold=0.6) is risk


def test_a_redelivered_event_gives_the_same_alert_id() -> None:
    assert alerted().alert.alert_id == alerted().alert.alert_id


def test_the_alert_id_is_a_fixed_function_of_source_and_id() -> None:
    assert alert_id(event("crm", "1")) == UUID("2b4088b4-a17e-5d99-bae0-640214853102")


@given(st.text(min_size=1), st.text(min_size=1))
def test_the_alert_id_is_the_uuid_of_the_standard_library(source: str, id_: str) -> None:
    name = orjson.dumps([source, id_]).decode()
    assert alert_id(event(source, id_)) == uuid5(ALERT_NAMESPACE, name)


def test_source_and_id_are_not_run_together() -> None:
    assert alert_id(event("a", "bc")) != alert_id(event("ab", "c"))


def test_an_alert_says_which_event_customer_and_model_it_is_about() -> None:
    alert = alerted(age=70).alert
    assert (alert.event_source, alert.event_id, alert.id_client) == ("crm/paris", "e-1", 1)
    assert alert.model.name == "logistic"
    assert alert.probability == pytest.approx(0.9525741)
    assert alert.threshold == 0.5
    assert alert.revision == 1


def test_an_alert_gives_its_reasons_unless_they_are_turned_off() -> None:
    assert alerted(age=70).alert.reasons[0].feature == "AGE"
    silent = AlertPolicy(threshold=0.5, deployment="test", reasons=False)
    assert alerted(age=70, policy=silent).alert.reasons == ()


def test_an_alert_is_published_as_a_binary_cloud_event_to_filter_on() -> None:
    published = alert_message(alerted(), POLICY, scored_at=SCORED_AT)
    assert published.attributes == {
        "ce-id": str(alerted().alert.alert_id),
        "ce-source": "churn/test",
        "ce-specversion": "1.0",
        "ce-type": "churn.alert",
        "content-type": "application/json",
        "model_version": "1",
        "risk": "critical",
        "scored_at": "2024-05-01T12:00:01Z",
    }
    assert ChurnAlert.model_validate_json(published.data) == alerted().alert


def test_copies_of_an_alert_have_equal_data_whenever_they_were_scored() -> None:
    first = alert_message(alerted(), POLICY, scored_at=NOON)
    later = alert_message(alerted(), POLICY, scored_at=SCORED_AT)
    assert first.data == later.data


def test_the_customer_is_the_ordering_key_where_ordering_is_on() -> None:
    ordered = AlertPolicy(threshold=0.5, deployment="test", ordering=True)
    assert alert_message(alerted(), ordered, scored_at=NOON).ordering_key == "1"
    assert alert_message(alerted(), POLICY, scored_at=NOON).ordering_key == ""


def test_the_alert_of_a_replayed_event_carries_the_replay_id() -> None:
    bare = update(1, age=70, pays="France", salaire=1)
    replayed = message(bare.data, bare.attributes, ce_replay="r-1")
    [outcome] = processed(replayed)
    assert isinstance(outcome, Alerted)
    assert alert_message(outcome, POLICY, scored_at=NOON).attributes["replay"] == "r-1"


def test_the_customers_name_is_in_no_alert() -> None:
    bare = update(1, age=70, pays="France", salaire=1, nom="Dupont")
    [outcome] = processed(bare)
    assert isinstance(outcome, Alerted)
    assert b"Dupont" not in outcome.alert.encode()
