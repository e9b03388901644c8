"""How alerts and dead letters are shown."""

from datetime import date

import orjson

from consumer.alerts import alert_message
from consumer.dead_letter import dead_letter
from consumer.errors import InvalidEvent, UnknownCustomer
from consumer.message import Message, OutgoingMessage
from consumer.stages import Alerted
from schemas.alerts import ModelReference, Reason
from tests.builders import NOON, POLICY, message, processed, profile, update
from tools.downstream.alerts import alert_document, alert_line
from tools.downstream.dead_letters import dead_letter_document, dead_letter_line

NAME = "Dupont-Secret"


def received(outgoing: OutgoingMessage) -> Message:
    return Message("77", outgoing.data, outgoing.attributes, NOON)


def an_alert(**changes: object) -> Message:
    customers = {1: profile(1, age=90, pays="Allemagne", date_entree=date(2020, 1, 1))}
    (outcome,) = processed(update(1), known=customers)
    assert isinstance(outcome, Alerted)
    changed = Alerted(
        outcome.message, outcome.event, outcome.alert.model_copy(update=dict(changes))
    )
    return received(alert_message(changed, POLICY, scored_at=NOON))


def a_dead_letter() -> Message:
    broken = message({"id_client": "x", "nom": NAME}, attempt=3, ce_id="1")
    return received(dead_letter(broken, InvalidEvent("id_client: must be a number"), "s"))


def test_an_alert_is_one_line_with_risk_customer_probability_and_reasons() -> None:
    line = alert_line(an_alert()).plain
    assert line.split("  ")[1:] == [
        "CRITICAL",
        "customer 1",
        "0.999",
        "AGE=90 (+5.00), PAYS=Allemagne (+2.00)",
    ]


def test_missing_values_days_and_long_amounts_are_shown_as_what_they_are() -> None:
    reasons = (
        Reason(feature="DATE_ENTREE", value=1521.0, contribution=0.5),
        Reason(feature="BALANCE", value=None, contribution=-0.25),
        Reason(feature="SALAIRE", value=125510.82, contribution=0.125),
    )
    line = alert_line(an_alert(reasons=reasons)).plain
    assert line.endswith(
        "DATE_ENTREE=1521 days (+0.50), BALANCE missing (-0.25), SALAIRE=125510.82 (+0.12)"
    )


def test_what_a_publisher_wrote_cannot_steer_the_terminal() -> None:
    reasons = (Reason(feature="PAYS", value="\x1b[2Jgone", contribution=1.0),)
    assert "\x1b" not in alert_line(an_alert(reasons=reasons)).plain


def test_an_alert_as_json_is_the_alert_with_its_attributes() -> None:
    document = alert_document(an_alert())
    assert document["alert"]["id_client"] == 1
    assert document["attributes"]["risk"] == "critical"
    assert document["publish_time"] == "2024-05-01T12:00:00Z"
    assert orjson.dumps(document)


def test_something_else_in_the_topic_is_told_and_shows_nothing_of_itself() -> None:
    other = received(OutgoingMessage(b'{"nom": "Dupont-Secret"}', {}))
    assert "message 77 is no alert" in alert_line(other).plain
    assert alert_document(other)["alert"] is None
    assert NAME not in alert_line(other).plain


def test_a_dead_letter_says_why_and_never_what() -> None:
    line = dead_letter_line(a_dead_letter()).plain
    assert line.split("  ")[1:] == [
        "InvalidEvent",
        "in decode after 3 attempts",
        "id_client: must be a number",
    ]
    assert NAME not in line
    assert NAME not in str(dead_letter_document(a_dead_letter()))


def test_a_dead_letter_as_json_has_error_reason_stage_and_attempts() -> None:
    broken = message({"id_client": 9}, attempt=4)
    document = dead_letter_document(received(dead_letter(broken, UnknownCustomer("none"), "s")))
    assert (document["error"], document["stage"], document["attempts"], document["reason"]) == (
        "UnknownCustomer",
        "enrich",
        4,
        "none",
    )


def test_what_pubsub_itself_moved_has_no_reason_but_attempts() -> None:
    moved = Message("1", b"{}", {"CloudPubSubDeadLetterSourceDeliveryCount": "10"}, NOON)
    document = dead_letter_document(moved)
    assert (document["error"], document["attempts"]) == (None, 10)
    assert "dead-letter policy" in dead_letter_line(moved).plain


def test_an_alert_of_an_unknown_model_is_shown_all_the_same() -> None:
    other = ModelReference(name="x", version="9", sha256="f" * 64)
    assert "customer 1" in alert_line(an_alert(model=other)).plain
