"""What workers make of events that are sent again."""

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
from google.pubsub_v1.types import PubsubMessage

from schemas.alerts import ChurnAlert
from schemas.dead_letters import REDRIVES
from tests.churn_command import churn
from tests.functional.bank import Bank, event
from tests.functional.test_interruptions import ALL_ALERT
from tests.wait import wait_until
from tests.worker_process import WorkerProcess

pytestmark = [pytest.mark.functional, pytest.mark.long]

HISTORY: Mapping[str, str] = {**ALL_ALERT, "CHURN_HISTORY__ENABLED": "true"}
GIVES_UP: Mapping[str, str] = {
    "CHURN_PUBSUB__MAX_DELIVERY_ATTEMPTS": "2",
    "CHURN_DEAD_LETTERS__MAX_SHARE": "1",
}


def replay(bank: Bank, *arguments: object) -> dict[str, object]:
    """Replay into the live topic; give the report."""
    done = churn(
        "replay", *arguments, "--into-live", "--publish", "--json", environment=bank.environment
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, object] = json.loads(done.stdout)
    return report


def take(bank: Bank, count: int) -> list[tuple[ChurnAlert, PubsubMessage]]:
    received = bank.take(bank.stack.names.alert_watch, count)
    return [(ChurnAlert.model_validate_json(each.data), each) for each in received]


def test_alerts_about_replayed_events_keep_their_id_and_have_the_next_revision(
    bank: Bank, tmp_path: Path
) -> None:
    count = 50
    with bank.worker(**HISTORY):
        bank.publish(event(f"e-{n}", id_client=bank.customers[n]) for n in range(count))
        first = {alert.event_id: alert for alert, _ in take(bank, count)}
        for revision in (2, 3):
            checkpoint = ("--checkpoint", tmp_path / f"{revision}.json")
            report = replay(bank, "history", "--as-of", "--batch", 10, *checkpoint)
            again = take(bank, count)
            assert {alert.event_id for alert, _ in again} == set(first)
            for alert, message in again:
                assert alert == first[alert.event_id].model_copy(update={"revision": revision})
                assert message.attributes["replay"] == report["replay_id"]
    assert {alert.revision for alert in first.values()} == {1}
    assert not bank.has_more_alerts()


def test_a_thousand_dead_letters_are_redriven_once_each_after_their_cause_is_mended(
    bank: Bank, tmp_path: Path
) -> None:
    count, first = 1_000, 900_000_000
    with bank.worker(**ALL_ALERT, **GIVES_UP) as worker:
        bank.publish(event(f"e-{n}", id_client=first + n) for n in range(count))
        wait_until(partial(has_given_up, worker, count), timeout=120)
        mend(bank, first, count)
        report = replay(bank, "dead-letters", *at(bank), "--checkpoint", tmp_path / "c.json")
        assert report["counts"] == {"read": count, "sent": count, "left_out": 0, "put_aside": 0}
        alerts = take(bank, count)
        wait_until(lambda: worker.counts().get("alert", 0) == count, timeout=60)
    assert len({alert.event_id for alert, _ in alerts}) == count
    assert not any("replay" in message.attributes for _, message in alerts)
    assert bank.take_all(bank.stack.names.dead_letter_watch) == []
    assert bank.take_all(bank.stack.names.subscription) == []


def test_a_redriven_event_that_fails_again_says_how_often_it_was_sent(
    bank: Bank, tmp_path: Path
) -> None:
    with bank.worker(**GIVES_UP) as worker:
        bank.publish([event("e-1", id_client="broken")])
        for redrives in (1, 2):
            wait_until(partial(has_given_up, worker, redrives), timeout=60)
            checkpoint = ("--checkpoint", tmp_path / f"{redrives}.json")
            assert replay(bank, "dead-letters", *at(bank), *checkpoint)["counts"] == {
                "read": 1,
                "sent": 1,
                "left_out": 0,
                "put_aside": 0,
            }
        [letter] = bank.take_dead_letters(1)
    assert letter.attributes[REDRIVES] == "2"
    assert letter.data == b'{"id_client":"broken"}'


def has_given_up(worker: WorkerProcess, count: int) -> bool:
    return worker.counts().get("dead_lettered", 0) == count


def at(bank: Bank) -> tuple[str, str]:
    return "--subscription", bank.stack.names.dead_letter_watch


def mend(bank: Bank, first: int, count: int) -> None:
    """Let the database have the customers that the CRM knew of before it."""
    with bank.stack.open_database() as database, database.engine.begin() as sql:
        sql.exec_driver_sql(
            f"INSERT INTO customer SELECT {first} + n FROM generate_series(0, {count - 1}) AS n"
        )
