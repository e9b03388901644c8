"""A batch keeps its model; the next one has the new one, and the threshold that belongs to it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from consumer.alerts import AlertPolicy
from consumer.health import Health
from consumer.message import Message
from consumer.no_history import NO_HISTORY
from consumer.processing import Processing
from consumer.scorer import alert_policy
from consumer.served import Served
from consumer.settings import AlertsSettings, Settings
from consumer.stages import Alerted, Outcome, Silent
from consumer.telemetry import Metrics
from tests.builders import TOPIC, RecordedProfiles, profile, update, worked_through
from tests.model_source import Constant, constant_model

CUSTOMERS = {number: profile(number) for number in range(1, 21)}


def policy(threshold: float = 0.5) -> AlertPolicy:
    return AlertPolicy(threshold=threshold, deployment="test", reasons=False)


def served(probability: float = 0.9) -> Served:
    return Served(
        constant_model("1", probability),
        lambda model: policy(model.threshold),
        health=Health(),
        metrics=Metrics(),
    )


def processing(models: Served) -> Processing:
    return Processing(TOPIC, RecordedProfiles(CUSTOMERS), NO_HISTORY, models, Metrics())


def batch() -> list[Message]:
    return [update(number, event_id=str(number)) for number in CUSTOMERS]


def versions(outcomes: Sequence[Outcome]) -> list[str]:
    return [each.alert.model.version for each in outcomes if isinstance(each, Alerted)]


class ReplacesItself(Constant):
    """Takes another model into use in the middle of its own batch."""

    models: Served

    def predict_proba(self, frame: pd.DataFrame) -> object:
        self.models.use(constant_model("2", 0.8))
        return super().predict_proba(frame)


def test_a_batch_is_scored_and_signed_by_one_model_though_another_comes_meanwhile() -> None:
    models = served()
    estimator = ReplacesItself(0.7)
    estimator.models = models
    models.use(replace(constant_model("1"), estimator=estimator))
    step = partial(worked_through, processing(models))
    now, then = step(batch()), step(batch())
    assert versions(now) == ["1"] * len(CUSTOMERS)
    assert {each.alert.probability for each in now if isinstance(each, Alerted)} == {0.7}
    assert versions(then) == ["2"] * len(CUSTOMERS)
    assert {each.alert.probability for each in then if isinstance(each, Alerted)} == {0.8}


def test_the_threshold_comes_with_the_model() -> None:
    models = served(probability=0.6)
    step = partial(worked_through, processing(models))
    assert all(isinstance(each, Alerted) for each in step(batch()))
    models.use(constant_model("2", 0.6, threshold=0.7))
    assert all(isinstance(each, Silent) for each in step(batch()))


def test_a_threshold_of_the_settings_stays_whatever_the_model_says() -> None:
    fixed = Settings(alerts=AlertsSettings(threshold=0.25))
    models = Served(
        constant_model("1"),
        lambda model: alert_policy(fixed, model),
        health=Health(),
        metrics=Metrics(),
    )
    models.use(constant_model("2", threshold=0.7))
    assert models.current.policy.threshold == 0.25
    assert alert_policy(Settings(), constant_model("2", threshold=0.7)).threshold == 0.7


def test_metrics_and_status_page_follow_the_model() -> None:
    metrics, health = Metrics(), Health()
    clock = iter([10.0, 10.25])
    models = Served(
        constant_model("1"),
        lambda model: policy(model.threshold),
        health=health,
        metrics=metrics,
        clock=lambda: next(clock),
    )
    models.use(constant_model("2"))
    shown = {"name": "constant", "version": "2", "sha256": "2" * 64}
    assert metrics.registry.get_sample_value("churn_model_info", shown) == 1
    assert metrics.registry.get_sample_value("churn_model_swap_seconds_sum") == 0.25
    assert health.report().notes["current model"] == "constant 2, sha256 222222222222"
