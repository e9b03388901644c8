"""F1 of what comes out of the alert topic: customers that the model never saw, through everything.

``make perf-tests`` runs this. The bar is the one that the model's own manifest carries.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split

from consumer.model.scoring import probabilities
from consumer.model.unpickler import unpickle
from schemas.alerts import ChurnAlert
from tests.bank_data import CUSTOMERS, INDICATORS, needs_bank_data
from tests.functional.bank import Bank, event
from tests.wait import wait_until
from tools.sample import AS_OF, generate
from tools.tables_csv import CustomerRow, IndicatorsRow, read_customers, read_indicators
from tools.tables_sql import seed_tables
from tools.training import TrainedModel, train_model
from tools.training.table import training_table

pytestmark = [pytest.mark.functional, pytest.mark.long]

HELD_OUT = 0.2
BAR_OF_THE_SERVICE_BEFORE = 0.61
SAMPLE = 4_000


@dataclass(frozen=True)
class Customers:
    """Customers whose churn is known, parted in those to learn from and those held out."""

    everybody: Sequence[CustomerRow]
    indicators: Sequence[IndicatorsRow]
    seen: Sequence[CustomerRow]
    unseen: Sequence[CustomerRow]
    churned: dict[int, bool]

    @property
    def unseen_ids(self) -> list[int]:
        return [row.id_client for row in self.unseen]


def parted(everybody: Sequence[CustomerRow], indicators: Sequence[IndicatorsRow]) -> Customers:
    churned = {row.id_client: row.churn == "Yes" for row in indicators if row.churn}
    labelled = [row for row in everybody if row.id_client in churned]
    seen, unseen = train_test_split(
        labelled,
        test_size=HELD_OUT,
        random_state=0,
        stratify=[churned[row.id_client] for row in labelled],
    )
    return Customers(everybody, indicators, seen, unseen, churned)


@pytest.fixture(params=["the sample's kind", pytest.param("the bank's own", marks=needs_bank_data)])
def held(request: pytest.FixtureRequest) -> Customers:
    if request.param == "the bank's own":
        return parted(list(read_customers(CUSTOMERS)), list(read_indicators(INDICATORS)))
    return parted(*generate(SAMPLE, 11))


def trained_without(held: Customers) -> TrainedModel:
    return train_model(
        held.seen,
        held.indicators,
        as_of=AS_OF,
        name="ChurnModelFinal",
        version="held-out",
        seed=0,
        clock=lambda: datetime(2021, 1, 1, tzinfo=UTC),
        repeats=1,
    )


def alerted_directly(trained: TrainedModel, held: Customers) -> set[int]:
    table = training_table(held.unseen, held.indicators, as_of=AS_OF)
    scores = probabilities(unpickle(trained.pickle), table.frame)
    ids = sorted(held.unseen_ids)  # as the table has them
    return {
        each for each, score in zip(ids, scores, strict=True) if score >= trained.manifest.threshold
    }


def alerts_from_the_topic(bank: Bank, trained: TrainedModel, held: Customers) -> list[ChurnAlert]:
    with bank.stack.open_database() as database:
        seed_tables(database.engine, held.everybody, held.indicators)
    bank.stack.put_model(trained.pickle, trained.manifest.model_dump_json().encode())
    at = f"{AS_OF}T12:00:00Z"
    with bank.worker() as worker:
        published = bank.publish(event(f"e-{each}", at, id_client=each) for each in held.unseen_ids)
        wait_until(lambda: worker.final() == published, timeout=90, what="every event's end")
        count = worker.counts()["alert"]
        assert worker.stop() == 0
    alerts = bank.take_alerts(count)
    assert not bank.has_more_alerts()
    return alerts


def f1_of(alerted: set[int], held: Customers) -> float:
    ids = held.unseen_ids
    return float(f1_score([held.churned[each] for each in ids], [each in alerted for each in ids]))


def test_f1_at_the_alert_topic_is_that_of_the_model_and_above_its_bar(
    bank: Bank, held: Customers
) -> None:
    trained = trained_without(held)
    alerts = alerts_from_the_topic(bank, trained, held)
    alerted = {alert.id_client for alert in alerts}
    assert len(alerted) == len(alerts)
    assert {alert.model.sha256 for alert in alerts} == {trained.manifest.sha256}
    assert alerted == alerted_directly(trained, held)
    f1, bar = f1_of(alerted, held), trained.manifest.f1_bar
    assert bar is not None
    sys.stdout.write(f"F1 {f1:.3f} of {len(held.unseen)} held-out customers, bar {bar:.3f}\n")
    assert f1 >= bar
    assert f1 > BAR_OF_THE_SERVICE_BEFORE
