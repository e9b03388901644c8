"""The main job: events in, alerts and dead letters out, and the counts add up."""

import json
from typing import Any

import pytest
from google.pubsub_v1.types import PubsubMessage

from consumer.dead_letter import restore
from consumer.message import OutgoingMessage
from tests.churn_command import churn
from tests.functional.bank import Bank, bare, event
from tests.wait import wait_until
from tools.score import Score

pytestmark = pytest.mark.functional

UNKNOWN = 1
"""No customer of the sample has this id."""

COMPLETE: dict[str, Any] = {
    "date_entree": "2015-06-01",
    "pays": "Allemagne",
    "sexe": "F",
    "age": 58,
    "membre_actif": "No",
    "balance": 120_000.0,
    "nb_produits": 3,
    "carte_credit": "Yes",
    "salaire": 50_000.0,
    "score_credit": 500,
}


def scores(bank: Bank, ids: list[int], at: str) -> dict[int, Score]:
    """Ask ``churn score``."""
    done = churn("score", "--at", at, *ids, environment=bank.environment)
    assert done.returncode == 0, done.stderr
    found = (Score.model_validate_json(line) for line in done.stdout.splitlines())
    return {each.id_client: each for each in found}


def test_every_event_ends_as_an_alert_as_silence_or_as_a_dead_letter(bank: Bank) -> None:
    broken = [PubsubMessage(data=b"{"), bare(id_client="x"), event("b-1", id_client=1, age=-1)]
    good = [event(f"e-{each}", id_client=each) for each in bank.customers[:300]]
    published = bank.publish([*good, *broken, event("u-1", id_client=UNKNOWN), good[0]])
    with bank.worker() as worker:
        wait_until(lambda: worker.final() == published, timeout=60, what="every event's end")
        counts = worker.counts()
        alerts = bank.take_alerts(counts["alert"])
        letters = bank.take_dead_letters(len(broken) + 1)
        assert worker.stop() == 0
    assert counts["dead_lettered"] == len(broken) + 1
    assert counts["alert"] + counts["silent"] == len(good) + 1
    assert {letter.attributes["churn-error"] for letter in letters} == {
        "InvalidEvent",
        "UnknownCustomer",
    }
    assert not bank.has_more_alerts()
    assert not bank.has_more_dead_letters()
    assert 0 < len({alert.id_client for alert in alerts}) < len(good)


def test_churn_score_gives_what_the_worker_publishes_for_the_customer(bank: Bank) -> None:
    ids, at = list(bank.customers[:100]), "2024-05-01T09:30:00Z"
    expected = scores(bank, ids, at)
    with bank.worker() as worker:
        bank.publish(event(f"e-{each}", time=at, id_client=each) for each in ids)
        wait_until(lambda: worker.final() == len(ids), timeout=60, what="every event's end")
        alerts = bank.take_alerts(worker.counts()["alert"])
    published = {
        alert.id_client: Score(**alert.model_dump(include=set(Score.model_fields)))
        for alert in alerts
    }
    assert published == {each: score for each, score in expected.items() if score.risk}
    assert len(expected) == len(ids)


def test_an_event_that_carries_all_features_needs_no_database_row(bank: Bank) -> None:
    with bank.worker():
        bank.publish([event("c-1", id_client=UNKNOWN, **COMPLETE)])
        [alert] = bank.take_alerts(1)
    assert alert.id_client == UNKNOWN
    assert alert.reasons


def test_a_duplicate_event_gives_an_alert_with_the_same_id_and_equal_data(bank: Bank) -> None:
    with bank.worker():
        bank.publish([event("c-1", id_client=UNKNOWN, **COMPLETE)] * 2)
        first, second = bank.take_alerts(2)
    assert first == second


def test_an_unknown_customer_is_retried_before_it_is_a_dead_letter(bank: Bank) -> None:
    with bank.worker(CHURN_PUBSUB__MAX_DELIVERY_ATTEMPTS="3") as worker:
        bank.publish([event("u-1", id_client=UNKNOWN)])
        [letter] = bank.take_dead_letters(1)
        wait_until(lambda: worker.counts()["dead_lettered"] == 1)
        assert worker.counts()["retried"] == 2
    assert letter.attributes["churn-attempts"] == "3"
    assert letter.attributes["churn-error"] == "UnknownCustomer"


def test_a_customer_that_appears_in_time_is_scored(bank: Bank) -> None:
    with bank.worker(CHURN_PUBSUB__MAX_DELIVERY_ATTEMPTS="9") as worker:
        bank.publish([event("u-1", id_client=UNKNOWN)])
        wait_until(lambda: worker.counts()["retried"] >= 1)
        with bank.stack.open_database() as database, database.engine.begin() as connection:
            connection.exec_driver_sql(f"INSERT INTO customer (id_client) VALUES ({UNKNOWN})")
        wait_until(lambda: worker.final() == 1)
        assert worker.counts()["dead_lettered"] == 0


def test_a_dead_letter_restores_to_the_original(bank: Bank) -> None:
    original = PubsubMessage(data=b'{"nom": "Dupont"', attributes={"ce-id": "é", "x": "1"})
    with bank.worker() as worker:
        bank.publish([original])
        [letter] = bank.take_dead_letters(1)
        wait_until(lambda: worker.final() == 1)
        assert "Dupont" not in worker.log
    found = restore(OutgoingMessage(letter.data, dict(letter.attributes)))
    assert found == OutgoingMessage(original.data, dict(original.attributes))
    assert letter.attributes["churn-subscription"].endswith(bank.stack.names.subscription)


def test_the_log_line_of_a_failed_event_joins_the_publishers_trace(bank: Bank) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    broken = PubsubMessage(
        data=b"{", attributes={"googclient_traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    )
    with bank.worker() as worker:
        bank.publish([broken])
        wait_until(lambda: worker.final() == 1)
        [line] = [json.loads(each) for each in worker.log.splitlines() if "event_failed" in each]
    assert line["severity"] == "WARNING"
    assert line["logging.googleapis.com/trace"].endswith(f"/traces/{trace}")


def test_alerts_of_one_customer_come_in_order_where_ordering_is_on(bank: Bank) -> None:
    with bank.worker(CHURN_ALERTS__ORDERING="true"):
        bank.publish(
            event(f"c-{number}", id_client=UNKNOWN, **(COMPLETE | {"age": 50 + number}))
            for number in range(3)
        )
        alerts = bank.take_alerts(3)
    assert {alert.id_client for alert in alerts} == {UNKNOWN}


def test_the_status_page_says_which_worker_this_is_and_what_it_does(bank: Bank) -> None:
    with bank.worker(CHURN_DEPLOYMENT="paris") as worker:
        page = worker.status()
    assert page["deployment"] == "paris"
    assert page["subscription"].endswith(bank.stack.names.subscription)
    assert page["health"]["state"] == "idle"
