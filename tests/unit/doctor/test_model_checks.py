"""What the doctor says of the model."""

from dataclasses import replace

from consumer.doctor.checks import CheckResult, Status, run
from consumer.doctor.model_checks import ModelChecks
from consumer.model import LoadedModel
from consumer.model.compiled import compile_estimator
from consumer.settings import ModelSettings
from tests.model_source import constant_model
from tests.unit.model.compiled_models import COLUMNS, codes_and_means, fitted, training


def told(model: LoadedModel) -> CheckResult:
    checks = ModelChecks(ModelSettings(), stored=lambda: "there", load=lambda: model)
    return run(checks.all())[-1]


def test_a_model_that_is_used_as_it_is_is_not_compiled() -> None:
    result = told(constant_model(columns=COLUMNS))
    assert result.status is Status.OK
    assert "5 columns, threshold 0.5, not compiled; digest not pinned" in result.detail


def test_a_compiled_model_is_said_to_be_compiled() -> None:
    estimator = fitted(codes_and_means)
    fast = compile_estimator(estimator, training()[0])
    model = replace(constant_model(columns=COLUMNS), estimator=estimator, fast=fast)
    assert "threshold 0.5, compiled; digest not pinned" in told(model).detail


def test_a_model_that_is_scored_row_by_row_is_a_warning() -> None:
    result = told(replace(constant_model(), row_by_row=True))
    assert result.status is Status.WARN
    assert "its scores depend on the batch" in result.detail
