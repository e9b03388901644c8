"""A shadow is missing, then bad, then fine: no event notices, and `churn shadow` counts."""

import json
from pathlib import Path

import pytest

from tests.churn_command import churn
from tests.functional.bank import Bank, event
from tests.pubsub_fixtures import embedded_only
from tests.wait import wait_until
from tests.worker_process import WorkerProcess
from tools.training import TrainedModel, write_model

pytestmark = pytest.mark.functional

EVENTS = 300
ALL_ALERT = {"CHURN_ALERTS__THRESHOLD": "0", "CHURN_ALERTS__REASONS": "false"}


def work(bank: Bank, worker: WorkerProcess, round_: str, trained: TrainedModel) -> None:
    """Publish, and receive an alert of the current model for each event."""
    before = worker.final()
    bank.publish(
        event(f"{round_}-{each}", id_client=bank.customers[each]) for each in range(EVENTS)
    )
    wait_until(lambda: worker.final() == before + EVENTS, timeout=60, what=f"round {round_}")
    alerts = bank.take_alerts(EVENTS)
    assert {alert.event_id for alert in alerts} == {f"{round_}-{each}" for each in range(EVENTS)}
    assert {alert.model.sha256 for alert in alerts} == {trained.manifest.sha256}
    assert worker.probes() == (200, 200)


@pytest.mark.long
@embedded_only
def test_whatever_its_shadow_does_the_worker_publishes_what_its_own_model_says(
    bank: Bank, trained: TrainedModel, tmp_path: Path
) -> None:
    place = tmp_path / f"{trained.manifest.name}.pkl"
    more = {"CHURN_MODEL__SHADOW": str(place), "CHURN_MODEL__POLL_SECONDS": "0.5"}
    with bank.worker(**ALL_ALERT, **more) as worker:
        wait_until(lambda: "shadow model out of reach" in worker.health()["notes"])
        work(bank, worker, "missing", trained)
        place.write_bytes(b"no model")
        wait_until(lambda: "shadow model refused" in worker.health()["notes"])
        work(bank, worker, "bad", trained)
        assert churn("shadow", environment=bank.environment).returncode == 1
        write_model(trained, tmp_path)
        wait_until(lambda: "shadow model" in worker.health()["notes"], timeout=30)
        work(bank, worker, "fine", trained)
        wait_until(lambda: "churn_shadow_decisions_total{" in worker.metrics())
        wait_until(lambda: 'churn_drift_psi{feature="score"}' in worker.metrics())
        shown = churn("shadow", "--json", environment=bank.environment)
        assert worker.stop() == 0
    assert shown.returncode == 0, shown.stderr
    (found,) = json.loads(shown.stdout)
    assert found["sha256"] == found["against"] == trained.manifest.sha256
    assert found["changed"] == 0, "a model agrees with itself"
    assert 0 < found["compared"] <= EVENTS
    assert found["skipped"]["not loaded"] == 2 * EVENTS
