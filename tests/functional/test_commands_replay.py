"""`churn replay` against real servers: what comes out at the other end."""

import json
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from google.pubsub_v1.types import PubsubMessage, Topic

from schemas.moments import rfc3339
from tests.churn_command import churn, churn_running
from tests.functional.bank import Bank, event
from tests.pubsub_fixtures import embedded_only
from tests.wait import wait_until

pytestmark = pytest.mark.functional

SOURCE = "crm/paris"


def line(number: int, **fields: Any) -> bytes:
    attributes = {
        "ce-specversion": "1.0",
        "ce-type": "customer.updated",
        "ce-source": SOURCE,
        "ce-id": f"e-{number}",
        "ce-time": f"2024-05-01T{number % 24:02}:30:00Z",
        "content-type": "application/json",
    }
    data = {"id_client": 1001 + number % 100, "nom": "Durand", **fields}
    return orjson.dumps({"attributes": attributes, "data": data}) + b"\n"


def events(file: Path, count: int) -> Path:
    file.write_bytes(b"".join(line(number) for number in range(count)))
    return file


def arrived(bank: Bank) -> list[PubsubMessage]:
    """Take what waits for the worker; there is none."""
    return bank.take_all(bank.stack.names.subscription)


def report_of(done: Any) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@embedded_only
def test_without_publish_nothing_is_sent_and_examples_hide_names(
    bank: Bank, tmp_path: Path
) -> None:
    file = events(tmp_path / "events.jsonl", 5)
    done = churn("replay", file, "--into-live", environment=bank.environment)
    assert done.returncode == 0, done.stderr
    assert "5 events would go to" in done.stdout
    assert len([each for each in done.stdout.splitlines() if each.startswith("{")]) == 3
    assert "Durand" not in done.stdout
    assert arrived(bank) == []


@embedded_only
def test_events_keep_their_names_and_carry_the_replays_and_broken_lines_are_put_aside(
    bank: Bank, tmp_path: Path
) -> None:
    file = tmp_path / "events.jsonl"
    file.write_bytes(line(0) + b"oops\n" + line(1, age="old") + line(2, pays="France"))
    report = report_of(
        churn(
            *("replay", file, "--into-live", "--publish", "--json", "--replay-id", "again-1"),
            *("--checkpoint", tmp_path / "c.json"),
            environment=bank.environment,
        )
    )
    assert report["counts"] == {"read": 4, "sent": 2, "left_out": 0, "put_aside": 2}
    messages = {each.attributes["ce-id"]: each for each in arrived(bank)}
    assert set(messages) == {"e-0", "e-2"}
    assert {each.attributes["ce-replay"] for each in messages.values()} == {"again-1"}
    assert messages["e-2"].attributes["ce-time"] == "2024-05-01T02:30:00Z"
    aside = (tmp_path / "c.rejects.jsonl").read_bytes().splitlines()
    assert aside[0] == b"oops"
    assert json.loads(aside[1])["attributes"]["ce-id"] == "e-1"


@embedded_only
def test_the_live_topic_needs_a_word_of_its_own_and_its_listeners_are_named(
    bank: Bank, tmp_path: Path
) -> None:
    names, file = bank.stack.names, events(tmp_path / "events.jsonl", 1)
    refused = churn(
        "replay", file, "--to", names.input_topic, "--publish", environment=bank.environment
    )
    assert refused.returncode == 1
    assert "--into-live" in refused.stderr
    other = names.subscription_path(f"{names.subscription}-other")
    bank.stack.pubsub.subscriber.create_subscription(
        name=other, topic=names.topic(names.input_topic)
    )
    warned = churn("replay", file, "--into-live", environment=bank.environment)
    assert other in warned.stderr


@embedded_only
def test_ctrl_c_leaves_a_checkpoint_and_the_same_command_goes_on(
    bank: Bank, tmp_path: Path
) -> None:
    file, checkpoint = events(tmp_path / "events.jsonl", 300), tmp_path / "c.json"
    command = ("replay", file, "--into-live", "--publish", "--checkpoint", checkpoint, "--json")
    slow = (*command, "--rate", "100", "--batch", "10")

    def some_are_sent() -> bool:
        return checkpoint.exists() and json.loads(checkpoint.read_text())["counts"]["sent"] >= 20

    with churn_running(*slow, environment=bank.environment) as replay:
        wait_until(some_are_sent, timeout=30)
        replay.send_signal(signal.SIGINT)
        out, error = replay.communicate(timeout=30)
    assert replay.returncode == 130, error
    assert "the same command goes on" in error
    first = json.loads(out)
    assert not first["finished"]
    second = report_of(churn(*command, environment=bank.environment))
    assert second["replay_id"] == first["replay_id"]
    assert second["counts"]["sent"] == 300
    assert sorted(each.attributes["ce-id"] for each in arrived(bank)) == sorted(
        f"e-{number}" for number in range(300)
    )


@pytest.mark.long
@embedded_only
def test_killed_five_times_in_200_000_events_it_misses_none_and_repeats_a_batch_at_the_most(
    bank: Bank, tmp_path: Path
) -> None:
    count, kills, batch = 200_000, 5, 2_000
    file, checkpoint = events(tmp_path / "events.jsonl", count), tmp_path / "c.json"
    command = ("replay", file, "--into-live", "--publish", "--checkpoint", checkpoint)
    for kill in range(1, kills + 1):

        def is_far_enough(kill: int = kill) -> bool:
            sent = (
                json.loads(checkpoint.read_text())["counts"]["sent"] if checkpoint.exists() else 0
            )
            return bool(sent >= kill * count // (kills + 1))

        with churn_running(*command, environment=bank.environment) as replay:
            wait_until(is_far_enough, timeout=120)
            assert replay.poll() is None, "it was done before it could be killed"
            replay.kill()
    report = report_of(churn(*command, "--json", environment=bank.environment))
    assert report["counts"]["sent"] == count
    ids = [each.attributes["ce-id"] for each in arrived(bank)]
    assert len(set(ids)) == count
    assert len(ids) - count <= kills * batch


@embedded_only
def test_scored_again_into_the_history_nobody_is_alerted(bank: Bank, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    known = bank.customers[:20]
    file.write_bytes(
        b"".join(line(number, id_client=customer) for number, customer in enumerate(known))
    )
    environment = {**bank.environment, "CHURN_HISTORY__ENABLED": "true"}
    assert churn("migrate", environment=environment).returncode == 0
    command = ("replay", file, "--history-only", "--publish", "--json", "--replay-id", "h-1")
    report = report_of(
        churn(*command, "--checkpoint", tmp_path / "c.json", environment=environment)
    )
    assert report["counts"]["sent"] == 20
    with bank.stack.open_database() as database, database.engine.connect() as sql:
        kept = sql.exec_driver_sql(
            "SELECT count(*), count(confirmed_at), min(replay_id) FROM score_history"
        ).one()
    assert tuple(kept) == (20, 20, "h-1")
    assert not bank.has_more_alerts()


@pytest.mark.long
@embedded_only
def test_what_a_topic_retains_goes_to_another_topic_and_the_live_subscription_is_left_alone(
    bank: Bank, tmp_path: Path
) -> None:
    names, pubsub = bank.stack.names, bank.stack.pubsub
    live, other = names.topic(names.input_topic), names.topic(f"{names.input_topic}-again")
    pubsub.publisher.update_topic(
        request={
            "topic": Topic(name=live, message_retention_duration=timedelta(hours=1)),
            "update_mask": {"paths": ["message_retention_duration"]},
        }
    )
    watch = names.subscription_path(f"{names.subscription}-again")
    pubsub.publisher.create_topic(name=other)
    pubsub.subscriber.create_subscription(name=watch, topic=other)
    began = rfc3339(datetime.now(UTC))
    bank.publish(event(f"e-{n}", id_client=bank.customers[n]) for n in range(7))
    taken = len(arrived(bank))
    report = report_of(
        churn(
            *("replay", "retained", "--from", began, "--to", other, "--publish", "--json"),
            *("--checkpoint", tmp_path / "c.json"),
            environment=bank.environment,
        )
    )
    assert (taken, report["counts"]["sent"]) == (7, 7)
    again = bank.take_all(f"{names.subscription}-again")
    assert {each.attributes["ce-id"] for each in again} == {f"e-{n}" for n in range(7)}
    assert arrived(bank) == []
    left = pubsub.publisher.list_topic_subscriptions(topic=live)
    assert list(left) == [names.subscription_path(names.subscription)]
