import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from consumer.alerts import AlertPolicy
from consumer.model import load_model
from consumer.stages import Alerted
from tests.builders import processed, profile, update
from tools.sample import AS_OF, COUNT, CUSTOMER_CSV, INDICATORS_CSV, SEED, generate, sample_model
from tools.sample.__main__ import write_table
from tools.tables_csv import read_customers, read_indicators
from tools.training import TrainedModel, write_model


@pytest.fixture(scope="module")
def trained() -> TrainedModel:
    return sample_model()


def test_the_generator_makes_the_shipped_files_again(tmp_path: Path) -> None:
    customers, indicators = generate(COUNT, SEED)
    write_table(tmp_path / "customer.csv", customers)
    write_table(tmp_path / "indicators.csv", indicators)
    assert (tmp_path / "customer.csv").read_bytes() == CUSTOMER_CSV.read_bytes()
    assert (tmp_path / "indicators.csv").read_bytes() == INDICATORS_CSV.read_bytes()


def test_the_files_read_as_what_was_generated() -> None:
    customers, indicators = generate(COUNT, SEED)
    assert list(read_customers(CUSTOMER_CSV)) == customers
    assert list(read_indicators(INDICATORS_CSV)) == indicators


def test_another_seed_gives_other_customers() -> None:
    assert generate(20, 1) == generate(20, 1)
    assert generate(20, 1) != generate(20, 2)


def test_the_sample_is_shaped_like_the_bank() -> None:
    customers, indicators = generate(COUNT, SEED)
    ids = [row.id_client for row in customers]
    assert len(set(ids)) == COUNT
    assert all(len(str(id_client)) == 8 for id_client in ids)
    assert {row.pays for row in customers} == {"France", "Espagne", "Allemagne"}
    assert all(row.date_entree is not None and row.date_entree < AS_OF for row in customers)
    churned = sum(row.churn == "Yes" for row in indicators) / len(indicators)
    assert 0.15 < churned < 0.25


def test_some_indicators_are_null_and_some_customers_have_none() -> None:
    customers, indicators = generate(COUNT, SEED)
    assert {row.id_client for row in indicators} < {row.id_client for row in customers}
    for name in ("balance", "nb_produits", "carte_credit", "salaire", "score_credit"):
        assert any(getattr(row, name) is None for row in indicators), name
    assert all(row.churn is not None for row in indicators)


def test_the_headers_are_upper_case_as_in_the_banks_exports() -> None:
    with CUSTOMER_CSV.open() as file:
        assert next(csv.reader(file))[:3] == ["ID_CLIENT", "DATE_ENTREE", "NOM"]


def test_the_sample_model_is_the_same_each_time(trained: TrainedModel) -> None:
    again = sample_model()
    assert (again.pickle, again.manifest) == (trained.pickle, trained.manifest)
    assert trained.manifest.created_at == datetime(2021, 1, 1, tzinfo=UTC)


def test_the_worker_loads_the_sample_model(trained: TrainedModel, tmp_path: Path) -> None:
    model = load_model(str(write_model(trained, tmp_path)))
    assert (model.reference.name, model.reference.version) == ("ChurnModelFinal", "sample-1")
    assert "DATE_ENTREE" in model.columns
    assert not model.row_by_row


def test_alerts_are_the_same_bytes_in_batches_of_any_size(
    trained: TrainedModel, tmp_path: Path
) -> None:
    model = load_model(str(write_model(trained, tmp_path)))
    policy = AlertPolicy(threshold=0.0, deployment="test")
    known = {n: profile(n, age=18 + n % 60, balance=n * 977.7 % 150_000) for n in range(1, 25)}
    events = [update(number, event_id=f"e-{number}") for number in known]

    def alerts(size: int) -> list[bytes]:
        return [
            outcome.alert.encode()
            for start in range(0, len(events), size)
            for outcome in processed(
                *events[start : start + size], known=known, model=model, policy=policy
            )
            if isinstance(outcome, Alerted)
        ]

    together = alerts(len(events))
    assert len(together) == len(events)
    assert alerts(1) == alerts(7) == together


def test_the_sample_model_learned_what_the_sample_hides(trained: TrainedModel) -> None:
    assert trained.metrics["roc_auc"] > 0.85
    assert trained.metrics["f1"] > 0.6
