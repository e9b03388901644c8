"""What has stopped or stalled other workers, thrown at this one."""

import random
from collections.abc import Mapping
from pathlib import Path

import pytest
from google.pubsub_v1.types import PubsubMessage

from consumer.dead_letter import restore
from consumer.message import OutgoingMessage
from schemas.alerts import ChurnAlert
from tests.functional.bank import DEAD_STREAMS, Bank, event
from tests.wait import wait_until
from tests.worker_process import WorkerProcess

pytestmark = pytest.mark.functional

POISON: Mapping[str, PubsubMessage] = {
    "names of the client's own parameters": PubsubMessage(
        data=b"{", attributes=dict.fromkeys(("topic", "data", "retry", "timeout", "self"), "x")
    ),
    "as many attributes as there may be": PubsubMessage(
        data=b"{", attributes={f"key-{number}": "é" * 512 for number in range(100)}
    ),
    "deep nesting": PubsubMessage(data=b'{"id_client": ' + b"[" * 100_000),
    "as large as there may be": PubsubMessage(data=b'{"nom": "' + b"x" * 9_990_000 + b'"}'),
    "no number": PubsubMessage(data=b'{"id_client": 1, "balance": NaN}'),
    "no text": PubsubMessage(data=b"\xff\xfe\x00"),
    "an id over the edge": PubsubMessage(data=b'{"id_client": 9223372036854775808}'),
    "a time before all times": event("t", time="0001-01-01T00:00:00+14:00", id_client=1),
    "a country of emoji with a tail": PubsubMessage(
        data='{{"id_client": 1, "pays": "{}"}}'.format("🏴" * 65).encode()
    ),
}


def test_poison_is_a_dead_letter_each_and_its_batch_goes_on(bank: Bank) -> None:
    infinite, *good = bank.customers[:51]
    with bank.stack.open_database() as database, database.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE indicators SET balance = 'Infinity' WHERE id_client = {infinite}"
        )
    poison = [*POISON.values(), event("infinite", id_client=infinite)]
    with bank.worker(CHURN_DEAD_LETTERS__MAX_SHARE="1") as worker:
        bank.publish(event(f"good-{each}", id_client=each) for each in good)
        for message in poison:
            bank.publish([message])
        wait_until(lambda: worker.final() == len(good) + len(poison), timeout=60)
        counts = worker.counts()
        assert worker.stop() == 0
    assert counts["dead_lettered"] == len(poison)
    assert counts["alert"] + counts["silent"] == len(good)
    assert sorted(map(original, letters(bank, len(poison)))) == sorted(map(content, poison))


def letters(bank: Bank, count: int) -> list[PubsubMessage]:
    """Take dead letters of any size."""
    names, client = bank.stack.names, bank.pubsub.subscriber()
    path = names.subscription_path(names.dead_letter_watch)
    found: list[PubsubMessage] = []

    def are_all_there() -> bool:
        answer = client.pull(subscription=path, max_messages=1, timeout=30)
        for each in answer.received_messages:
            client.acknowledge(subscription=path, ack_ids=[each.ack_id])
            found.append(each.message)
        return len(found) >= count

    wait_until(are_all_there, timeout=60, what=f"{count} dead letters")
    return found


def waiting(bank: Bank, attribute: str, expected: set[str]) -> set[str]:
    """Take what waits for the next worker, by an attribute, until all that is expected is there.

    What was on its way to a stream when that ended comes again after its ack deadline only.
    """
    found: set[str] = set()

    def is_all_there() -> bool:
        taken = bank.take_all(bank.stack.names.subscription)
        found.update(each.attributes[attribute] for each in taken)
        return found >= expected

    wait_until(is_all_there, timeout=60, what=f"{len(expected)} events that wait")
    return found


def original(letter: PubsubMessage) -> tuple[bytes, list[tuple[str, str]]]:
    restored = restore(OutgoingMessage(letter.data, dict(letter.attributes)))
    return restored.data, sorted(restored.attributes.items())


def content(message: PubsubMessage) -> tuple[bytes, list[tuple[str, str]]]:
    return message.data, sorted(message.attributes.items())


@pytest.mark.long
def test_what_fits_into_no_dead_letter_is_left_to_the_subscriptions_own_policy(bank: Bank) -> None:
    whole = PubsubMessage(data=random.Random(1).randbytes(9_999_900))
    with bank.worker() as worker:
        bank.publish([whole])
        [letter] = letters(bank, 1)
        assert worker.counts()["dead_lettered"] == 0
        assert worker.stop() == 0
    assert letter.data == whole.data
    assert "churn-error" not in letter.attributes


def test_a_deleted_alert_topic_stops_the_worker_and_no_event_is_lost(bank: Bank) -> None:
    bank.pubsub.skip_where_official(DEAD_STREAMS)
    names, total = bank.stack.names, 2_000
    customers = bank.customers
    with bank.worker(CHURN_BATCH__MAX_EVENTS="100", CHURN_ALERTS__THRESHOLD="0") as worker:
        bank.publish(
            event(f"e-{each}", id_client=customers[each % len(customers)]) for each in range(total)
        )
        wait_until(lambda: worker.final() > 0)
        bank.stack.pubsub.publisher.delete_topic(topic=names.topic(names.alert_topic))
        assert worker.wait() == 1
        assert last_line(worker).startswith("churn: ")
        assert "pubsub.alert_topic" in last_line(worker)
    alerted = {ChurnAlert.decode(each.data).event_id for each in bank.take_all(names.alert_watch)}
    left = {f"e-{each}" for each in range(total)} - alerted
    assert waiting(bank, "ce-id", left) >= left


def test_a_release_that_breaks_on_every_event_diverts_no_more_than_its_share(bank: Bank) -> None:
    bank.pubsub.skip_where_official(DEAD_STREAMS)
    with bank.worker(CHURN_BATCH__MAX_EVENTS="100") as worker:
        bank.publish(PubsubMessage(data=b"{", attributes={"number": str(n)}) for n in range(1_000))
        assert worker.wait() == 1
        assert "dead_letters.max_share" in last_line(worker)
    diverted = bank.take_all(bank.stack.names.dead_letter_watch)
    assert len(diverted) <= 200
    left = set(map(str, range(1_000))) - {each.attributes["number"] for each in diverted}
    assert waiting(bank, "number", left) >= left


def test_a_dropped_table_stops_the_worker_and_gives_everything_back(bank: Bank) -> None:
    bank.pubsub.skip_where_official(DEAD_STREAMS)
    with bank.worker() as worker:
        with bank.stack.open_database() as database, database.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE indicators")
        bank.publish(event(f"e-{each}", id_client=each) for each in bank.customers[:100])
        assert worker.wait() == 1
        assert "churn seed" in last_line(worker)
    left = {f"e-{each}" for each in bank.customers[:100]}
    assert waiting(bank, "ce-id", left) == left


def test_a_stop_during_the_start_is_not_lost(bank: Bank, tmp_path: Path) -> None:
    worker = WorkerProcess(bank.environment, tmp_path / "log")
    wait_until(lambda: worker.catches_sigterm, what="the handler of SIGTERM")
    assert worker.stop() == 0


def test_a_stop_during_a_start_that_an_outage_prevents_is_no_failure(
    bank: Bank, tmp_path: Path
) -> None:
    bank.stack.postgres.stop()
    try:
        worker = WorkerProcess(bank.environment, tmp_path / "log")
        wait_until(lambda: worker.catches_sigterm, what="the handler of SIGTERM")
        assert worker.stop() == 0
        assert "stopped_at_start" in worker.log
    finally:
        bank.stack.postgres.start()


def last_line(worker: WorkerProcess) -> str:
    return worker.log.splitlines()[-1]
