"""The worker reaches its database through the Cloud SQL connector, with no proxy beside it."""

from collections.abc import Iterator, Sequence

import pytest
from google.pubsub_v1.types import PubsubMessage

from tests.cloud_sql.instance import CloudSqlInstance
from tests.functional.bank import Bank, event
from tests.pubsub_fixtures import embedded_only
from tests.wait import wait_until
from tests.worker_process import running_worker

EVENTS = 500
"""Before the failover, and again after it."""

pytestmark = pytest.mark.functional


@embedded_only
def test_events_are_enriched_through_the_connector_also_after_a_failover_under_load(
    bank: Bank,
) -> None:
    direct = {
        name: value
        for name, value in bank.environment.items()
        if name not in {"CHURN_POSTGRESQL__UNIX_SOCKET", "CHURN_POSTGRESQL__PORT"}
    }
    settings = {"CHURN_CLOUDSQL__IAM_AUTH": "true", "CHURN_BATCH__MAX_EVENTS": "20"}
    with (
        CloudSqlInstance(bank.stack.postgres.socket_file) as instance,
        running_worker({**direct, **instance.environment()}, **settings) as worker,
    ):
        bank.publish(updates(bank.customers, "before"))
        wait_until(lambda: worker.final() > 0, timeout=30, what="the first events' end")
        instance.fail_over()
        bank.publish(updates(bank.customers, "after"))
        wait_until(lambda: worker.final() == 2 * EVENTS, timeout=60, what="every event's end")
        counts = worker.counts()
        assert worker.held_seconds("database") > 0
        assert worker.stop() == 0
    assert counts["dead_lettered"] == counts["retried"] == 0
    assert counts["alert"] > 0
    assert len(bank.take_alerts(counts["alert"])) == counts["alert"]


def updates(customers: Sequence[int], name: str) -> Iterator[PubsubMessage]:
    for number in range(EVENTS):
        yield event(f"{name}-{number}", id_client=customers[number % len(customers)])
