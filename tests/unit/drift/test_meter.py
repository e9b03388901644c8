"""What a worker shows of drift: for one model at a time, after the dispatch, and at no price."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from structlog.testing import capture_logs

from consumer.alerts import AlertPolicy
from consumer.drift import DriftMeter, DriftMetrics
from consumer.drift.psi import FEWEST
from consumer.health import Health
from consumer.message import Message
from consumer.model import LoadedModel
from consumer.no_history import NO_HISTORY
from consumer.processing import Processing
from consumer.served import Served
from consumer.stages import Alerted, Outcome
from consumer.telemetry import Metrics
from tests.builders import TOPIC, RecordedProfiles, profile, update, worked_through
from tests.drift import REFERENCE, measured_model

YOUNG, ADULT, STRANGER = profile(1, age=20), profile(2, age=35), profile(3, pays="Atlantis")
CUSTOMERS = {each.id_client: each for each in (YOUNG, ADULT, STRANGER)}


class World:
    """A worker's processing with one model, and the meter beside it."""

    def __init__(self, model: LoadedModel) -> None:
        self.metrics = Metrics()
        self.served = Served(
            model,
            lambda one: AlertPolicy(threshold=0.5, deployment="test", reasons=bool(one.neutral)),
            health=Health(),
            metrics=self.metrics,
        )
        self.meter = DriftMeter(DriftMetrics(self.metrics.registry))
        self.processing = Processing(
            TOPIC,
            RecordedProfiles(CUSTOMERS),
            NO_HISTORY,
            self.served,
            self.metrics,
            meter=self.meter,
        )

    def batch(self, customer: int, events: int, *more: Message) -> Sequence[Outcome]:
        """Process events of one customer, and dispatch what came out."""
        messages = [update(customer, event_id=str(each)) for each in range(events)]
        outcomes = worked_through(self.processing, [*messages, *more])
        self.meter.release()
        return outcomes

    def psi(self, feature: str) -> float | None:
        return self.metrics.registry.get_sample_value("churn_drift_psi", {"feature": feature})

    def events(self, version: str = "1") -> float | None:
        name, labels = "churn_drift_window_events", {"version": version}
        return self.metrics.registry.get_sample_value(name, labels)

    def samples(self) -> list[str]:
        return [
            str(sample.labels)
            for family in self.metrics.registry.collect()
            for sample in family.samples
            if sample.name.startswith("churn_drift")
        ]


def test_there_is_no_index_before_there_are_enough_events() -> None:
    world = World(measured_model())
    world.batch(2, FEWEST - 1)
    assert (world.events(), world.psi("AGE")) == (FEWEST - 1, None)
    world.batch(2, 1)
    assert world.events() == FEWEST
    assert world.psi("AGE") is not None


def test_the_feature_that_moves_is_the_one_that_shows_it() -> None:
    world = World(measured_model())
    for _ in range(5):
        world.batch(1, 100)
        world.batch(2, 100)
    young, country = world.psi("AGE"), world.psi("PAYS")
    world.batch(1, 1_000)
    after = world.psi("AGE")
    assert young is not None
    assert after is not None
    assert after > young > 0.2
    assert world.psi("PAYS") == country


def test_labels_are_columns_and_the_score_whatever_events_hold() -> None:
    world = World(measured_model())
    world.batch(3, FEWEST)
    assert sorted(world.samples()) == sorted(
        [
            "{'version': '1'}",
            "{'feature': 'score'}",
            "{'feature': 'AGE'}",
            "{'feature': 'PAYS'}",
        ]
    )


def test_another_model_begins_with_an_empty_window() -> None:
    world = World(measured_model("1"))
    world.batch(1, FEWEST)
    world.served.use(measured_model("2"))
    world.batch(1, 10)
    assert (world.events("1"), world.events("2")) == (None, 10)
    assert world.psi("AGE") is None


def test_the_same_model_again_with_another_reference_begins_anew_too() -> None:
    world = World(measured_model("1"))
    world.batch(1, FEWEST)
    world.served.use(measured_model("1", REFERENCE.model_copy(update={"rows": 5})))
    world.batch(1, 10)
    assert world.events("1") == 10


def test_a_model_without_a_reference_has_no_metrics_and_says_so_once() -> None:
    world = World(measured_model(reference=None))
    with capture_logs() as logs:
        for _ in range(3):
            world.batch(1, FEWEST)
    assert world.samples() == []
    (said,) = [each for each in logs if each["event"] == "drift_not_measured"]
    assert said["log_level"] == "info"
    assert said["version"] == "1"


def test_what_is_scored_for_the_reasons_is_not_counted() -> None:
    model = replace(measured_model(), neutral={"AGE": 40.0, "PAYS": "France"})
    world = World(model)
    outcomes = world.batch(1, FEWEST)
    assert all(isinstance(each, Alerted) for each in outcomes)
    assert world.events() == FEWEST


def test_a_batch_that_is_processed_again_after_an_outage_counts_once() -> None:
    world = World(measured_model())
    messages = [update(1, event_id=str(each)) for each in range(10)]
    worked_through(world.processing, messages)
    world.batch(1, 10)
    assert world.events() == 10


def test_what_cannot_be_scored_is_not_counted() -> None:
    world = World(measured_model())
    world.batch(
        1, 5, update(99, event_id="unknown"), Message("7", b"no JSON", {}, update().publish_time)
    )
    assert world.events() == 5


class Picky:
    """An estimator that refuses a frame with anybody of 20, and records nothing."""

    def predict_proba(self, frame: object) -> object:
        ages = frame["AGE"].to_numpy()  # type: ignore[index]  # a data frame
        if (ages == 20).any():
            raise ValueError
        return np.full(len(ages), 0.5)


def test_a_batch_with_a_row_that_fails_counts_each_other_row_once() -> None:
    world = World(replace(measured_model(), estimator=Picky()))
    world.batch(2, 9, update(1, event_id="fails"))
    assert world.events() == 9


def test_a_reference_that_makes_it_fail_hurts_no_event_and_is_told_once() -> None:
    no_number = REFERENCE.numbers["AGE"].model_copy(update={"edges": ("Dupont",)})
    broken = REFERENCE.model_copy(update={"numbers": {"AGE": no_number}})
    world = World(measured_model(reference=broken))
    with capture_logs() as logs:
        outcomes = [each for _ in range(3) for each in world.batch(1, 5)]
    assert all(isinstance(each, Alerted) for each in outcomes)
    told = [each for each in logs if each["event"] == "drift_fails"]
    assert [each["reason"] for each in told] == ["ValueError"]
    assert "Dupont" not in str(logs)
