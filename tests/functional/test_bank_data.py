"""A bank's real data, and Google's own client that knows nothing of this project."""

import subprocess
import sys
from collections.abc import Sequence

import pytest

from tests.bank_data import CUSTOMERS, INDICATORS, needs_bank_data
from tests.functional.bank import Bank
from tests.wait import wait_until
from tools.stack.environment import isolated
from tools.tables_csv import read_customers, read_indicators
from tools.tables_sql import seed_tables

pytestmark = [pytest.mark.functional, needs_bank_data]

EVENTS = 2_000
STRANGERS = (1, 2, 3)
"""Ids that no customer of the bank has."""

CRM = """
import json, sys
from google.cloud import pubsub_v1

publisher = pubsub_v1.PublisherClient()
topic, ids = sys.argv[1], sys.argv[2].split(",")
futures = [publisher.publish(topic, json.dumps({"id_client": int(each)}).encode()) for each in ids]
print(len([future.result() for future in futures]))
"""
"""What a CRM's developer writes after reading Google's guide."""


def publish_as_a_crm(bank: Bank, ids: Sequence[int]) -> int:
    """Publish with Google's own client alone; gives how many the server confirmed."""
    topic = bank.stack.names.topic(bank.stack.names.input_topic)
    done = subprocess.run(
        [sys.executable, "-I", "-c", CRM, topic, ",".join(map(str, ids))],
        env=isolated({"PUBSUB_EMULATOR_HOST": bank.pubsub.address}),
        stdout=subprocess.PIPE,
        check=True,
    )
    return int(done.stdout)


def test_every_event_of_a_real_bank_ends_and_the_counts_add_up(bank: Bank) -> None:
    customers = list(read_customers(CUSTOMERS))
    with bank.stack.open_database() as database:
        seed_tables(database.engine, customers, list(read_indicators(INDICATORS)))
    ids = [each.id_client for each in customers[:EVENTS]]
    with bank.worker() as worker:
        published = publish_as_a_crm(bank, [*ids, *STRANGERS])
        wait_until(lambda: worker.final() == published, timeout=90, what="every event's end")
        counts = worker.counts()
        assert worker.stop() == 0
    assert published == EVENTS + len(STRANGERS)
    assert counts["dead_lettered"] == len(STRANGERS)
    assert counts["alert"] + counts["silent"] == EVENTS
    alerts = bank.take_alerts(counts["alert"])
    assert 0 < len({alert.id_client for alert in alerts}) == counts["alert"] < EVENTS
    assert not bank.has_more_alerts()
    letters = bank.take_dead_letters(len(STRANGERS))
    assert {letter.attributes["churn-error"] for letter in letters} == {"UnknownCustomer"}
    assert not bank.has_more_dead_letters()
