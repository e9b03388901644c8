"""The model is replaced, tampered with and rolled back while events flow."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest
from google.pubsub_v1.types import PubsubMessage

from consumer.alerts import AlertPolicy
from consumer.model.probe import TOLERANCE
from consumer.profiles import SqlProfiles
from tests.chaos.scoring import loaded
from tests.functional.bank import Bank, event
from tests.pubsub_fixtures import embedded_only
from tests.wait import wait_until
from tests.worker_process import WorkerProcess
from tools.sample import AS_OF, CUSTOMER_CSV, INDICATORS_CSV
from tools.score import Score, score_customers
from tools.tables_csv import read_customers, read_indicators
from tools.training import TrainedModel, train_model

pytestmark = pytest.mark.functional

PARTS = 4
AT = datetime(2024, 5, 1, 9, 30, tzinfo=UTC)
EVERY_SCORE = {
    "CHURN_ALERTS__THRESHOLD": "0",
    "CHURN_ALERTS__REASONS": "false",
    "CHURN_BATCH__MAX_EVENTS": "50",
    "CHURN_MODEL__POLL_SECONDS": "0.5",
}
POLICY = AlertPolicy(threshold=0, deployment="local", reasons=False)


@pytest.fixture(scope="module")
def newer() -> TrainedModel:
    """Another good model, of fewer customers."""
    return train_model(
        list(read_customers(CUSTOMER_CSV))[:400],
        list(read_indicators(INDICATORS_CSV)),
        as_of=AS_OF,
        name="ChurnModelFinal",
        version="sample-2",
        seed=1,
        clock=lambda: AT,
    )


def put(bank: Bank, model: TrainedModel, *, tampered: bytes = b"") -> None:
    bank.stack.put_model(model.pickle + tampered, model.manifest.model_dump_json().encode())


def part(bank: Bank, events: int, number: int) -> Iterator[PubsubMessage]:
    size = events // PARTS
    for each in range(number * size, (number + 1) * size):
        customer = bank.customers[each % len(bank.customers)]
        yield event(f"e-{each}", AT.isoformat(), id_client=customer)


def wait_in_use(worker: WorkerProcess, model: TrainedModel) -> None:
    shown = f'sha256="{model.manifest.sha256}"'
    wait_until(
        lambda: any(shown in line for line in lines(worker, "churn_model_info{")),
        timeout=30,
        what=f"the model {model.manifest.version} to be in use",
    )


def lines(worker: WorkerProcess, beginning: str) -> list[str]:
    return [line for line in worker.metrics().splitlines() if line.startswith(beginning)]


def refused(worker: WorkerProcess) -> str:
    (line,) = lines(worker, 'churn_model_refused_total{role="current"}')
    return line.split()[-1]


def probabilities(bank: Bank, model: TrainedModel) -> Mapping[int, float]:
    """What this model gives for each customer, by the code of `churn score`."""
    with bank.stack.open_database() as database:
        profiles = SqlProfiles(database.engine)
        scores = score_customers(bank.customers, AT, profiles, loaded(model), policy=POLICY)
        return {each.id_client: each.probability for each in scores if isinstance(each, Score)}


@embedded_only
@pytest.mark.parametrize("events", [400, pytest.param(5_000, marks=pytest.mark.long)])
def test_every_alert_is_wholly_of_one_good_model_while_models_come_and_go(
    bank: Bank, trained: TrainedModel, newer: TrainedModel, events: int
) -> None:
    with bank.worker(**EVERY_SCORE) as worker:
        wait_in_use(worker, trained)
        bank.publish(part(bank, events, 0))
        wait_until(lambda: worker.final() > 0)
        put(bank, newer)
        bank.publish(part(bank, events, 1))
        wait_in_use(worker, newer)
        bank.publish(part(bank, events, 2))
        put(bank, newer, tampered=b"tampered")
        wait_until(lambda: refused(worker) == "1.0", timeout=30, what="the refusal")
        assert "current model refused" in worker.health()["notes"]
        assert worker.probes() == (200, 200), "a refused model is no reason to take no events"
        put(bank, trained)
        bank.publish(part(bank, events, 3))
        wait_in_use(worker, trained)
        wait_until(lambda: worker.final() >= events, timeout=60, what="the end of all events")
        alerts = bank.take_alerts(events)
        assert refused(worker) == "1.0"
        assert list(worker.health()["notes"]) == ["current model"]
        log = worker.log
        assert worker.stop() == 0
    assert {alert.event_id for alert in alerts} == {f"e-{each}" for each in range(events)}
    good = {model.manifest.sha256: probabilities(bank, model) for model in (trained, newer)}
    assert {alert.model.sha256 for alert in alerts} == set(good)
    for alert in alerts:
        expected = good[alert.model.sha256][alert.id_client]
        assert abs(alert.probability - expected) <= TOLERANCE, alert.event_id
    assert log.count("model_refused") == 1
    assert log.count("model_in_use") == 2
