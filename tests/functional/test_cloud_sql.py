"""The worker reaches its database through the Cloud SQL connector, with no proxy beside it."""

import pytest

from tests.cloud_sql.instance import CloudSqlInstance
from tests.functional.bank import Bank, event
from tests.wait import wait_until
from tests.worker_process import running_worker

pytestmark = pytest.mark.functional


def test_events_are_enriched_through_the_connector(bank: Bank) -> None:
    ids = bank.customers[:50]
    direct = {
        name: value
        for name, value in bank.environment.items()
        if name not in {"CHURN_POSTGRESQL__UNIX_SOCKET", "CHURN_POSTGRESQL__PORT"}
    }
    with (
        CloudSqlInstance(bank.stack.postgres.socket_file) as instance,
        running_worker({**direct, **instance.environment()}) as worker,
    ):
        published = bank.publish(event(f"e-{each}", id_client=each) for each in ids)
        wait_until(lambda: worker.final() == published, timeout=60, what="every event's end")
        counts = worker.counts()
        assert worker.stop() == 0
    assert counts["dead_lettered"] == counts["retried"] == 0
    assert counts["alert"] > 0
    assert len(bank.take_alerts(counts["alert"])) == counts["alert"]
