"""`churn show` and `churn score` at a bank."""

import pytest

from tests.churn_command import churn, json_lines
from tests.functional.bank import Bank, event
from tests.pubsub_fixtures import embedded_only

UNKNOWN = 42
AT = "2024-05-01T09:30:00Z"

pytestmark = pytest.mark.functional


@embedded_only
def test_customers_are_shown_in_the_order_asked_and_unknown_ones_are_named(bank: Bank) -> None:
    first, second = bank.customers[:2]
    done = churn("show", second, UNKNOWN, first, environment=bank.environment)
    shown = json_lines(done.stdout)
    assert [each["id_client"] for each in shown] == [second, first]
    assert "date_entree" in shown[0]
    assert "nom" not in done.stdout.lower()
    assert done.stderr == "churn: no customer 42 in the database\n"
    assert done.returncode == 1


@embedded_only
def test_a_customer_without_indicators_is_shown_with_nulls(bank: Bank) -> None:
    done = churn("show", *bank.customers, environment=bank.environment)
    shown = json_lines(done.stdout)
    assert len(shown) == len(bank.customers)
    assert any(each["balance"] is each["nb_produits"] is each["churn"] is None for each in shown)
    assert done.returncode == 0


@embedded_only
def test_the_score_is_what_the_worker_publishes_for_that_customer_at_that_time(bank: Bank) -> None:
    ids = bank.customers[:40]
    done = churn("score", *ids, "--at", AT, environment=bank.environment)
    assert done.returncode == 0, done.stderr
    scores = {each["id_client"]: each for each in json_lines(done.stdout)}
    assert tuple(scores) == ids
    at_risk = {each: score for each, score in scores.items() if score["risk"] is not None}
    assert 0 < len(at_risk) < len(ids)
    bank.publish(event(f"e-{each}", AT, id_client=each) for each in ids)
    with bank.worker():
        alerts = bank.take_alerts(len(at_risk))
        assert not bank.has_more_alerts()
    published = {alert.id_client: alert.model_dump(mode="json") for alert in alerts}
    for each, score in at_risk.items():
        assert score == {name: published[each][name] for name in score}


@embedded_only
def test_silent_customers_have_reasons_too_and_an_unknown_one_is_named(bank: Bank) -> None:
    done = churn("score", *bank.customers[:20], UNKNOWN, "--json", environment=bank.environment)
    silent = [each for each in json_lines(done.stdout) if each["risk"] is None]
    assert silent
    assert all(each["reasons"] and each["probability"] < each["threshold"] for each in silent)
    assert done.stderr == "churn: no customer 42 in the database\n"
    assert done.returncode == 1


@embedded_only
def test_a_database_that_is_away_is_one_line_and_no_traceback(bank: Bank) -> None:
    elsewhere = {**bank.environment, "CHURN_POSTGRESQL__PORT": "1"}
    done = churn("show", 1, environment=elsewhere)
    assert done.returncode == 1
    assert done.stderr.startswith("churn: ")
    assert done.stderr.count("\n") == 1
