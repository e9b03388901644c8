"""The quality that the served model must have, on the bank's own data."""

from datetime import date

import pytest

from tests.bank_data import CUSTOMERS, INDICATORS, needs_bank_data
from tools.tables_csv import read_customers, read_indicators
from tools.training.evaluation import evaluate
from tools.training.measures import calibration
from tools.training.table import training_table

pytestmark = [needs_bank_data, pytest.mark.long]


@pytest.mark.parametrize(
    "as_of",
    [
        pytest.param(None, id="without tenure"),
        pytest.param(date(2021, 1, 1), id="with tenure"),
    ],
)
def test_the_model_is_better_than_the_one_it_replaces(as_of: date | None) -> None:
    """F1 above 0.61 was the bar of the served model before."""
    table = training_table(read_customers(CUSTOMERS), read_indicators(INDICATORS), as_of=as_of)
    evaluation = evaluate(table, seed=0, repeats=1)
    metrics = evaluation.metrics
    assert metrics["f1"] >= 0.625
    assert metrics["roc_auc"] >= 0.868
    fitted = calibration(table.churned, evaluation.probabilities)
    assert 0.9 < fitted.slope < 1.1
    assert abs(fitted.intercept) < 0.1
