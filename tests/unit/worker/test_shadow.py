"""A shadow is compared, and nothing that it does reaches the events."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pandas as pd
import pytest
from structlog.testing import capture_logs

from consumer.comparison import country_of, grade
from consumer.health import Health
from consumer.model import LoadedModel
from consumer.no_history import NO_HISTORY
from consumer.processing import Processing
from consumer.served import Served
from consumer.shadow import WAITING, Shadow
from consumer.shadow_metrics import ShadowMetrics
from consumer.stages import Alerted, Outcome
from consumer.telemetry import Metrics
from tests.builders import TOPIC, RecordedProfiles, profile, update, worked_through
from tests.model_source import Constant, constant_model
from tests.unit.worker.test_served import policy
from tests.wait import wait_until

CUSTOMERS = {
    1: profile(1, pays="France"),
    2: profile(2, pays="Allemagne"),
    3: profile(3, pays="Atlantis"),
    4: profile(4, pays=None),
}
COUNTRIES = ("France", "Allemagne", "other", "missing")


class World:
    """A worker's processing with a current model of probability 0.6, and a shadow beside it."""

    def __init__(self) -> None:
        self.metrics, self.health = Metrics(), Health()
        self.served = Served(
            constant_model("1", 0.6),
            lambda model: policy(model.threshold),
            health=self.health,
            metrics=self.metrics,
        )
        self.shadow = Shadow(
            ShadowMetrics(self.metrics.registry), self.health, lambda model: model.threshold
        )
        self.processing = Processing(
            TOPIC,
            RecordedProfiles(CUSTOMERS),
            NO_HISTORY,
            self.served,
            self.metrics,
            self.shadow,
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        with self.shadow:
            yield

    def batch(self, *numbers: int) -> Sequence[Outcome]:
        """Process one event of each customer, and dispatch what came out."""
        outcomes = worked_through(
            self.processing, [update(n, event_id=str(n)) for n in numbers or CUSTOMERS]
        )
        self.shadow.release()
        return outcomes

    def decisions(self) -> Mapping[tuple[str, str, str], float]:
        return {
            (each.labels["current"], each.labels["candidate"], each.labels["country"]): each.value
            for family in self.metrics.registry.collect()
            for each in family.samples
            if each.name == "churn_shadow_decisions_total"
        }

    def compared(self) -> float:
        return sum(self.decisions().values())

    def skipped(self, reason: str) -> float | None:
        return self.metrics.registry.get_sample_value(
            "churn_shadow_skipped_total", {"reason": reason}
        )


@dataclass
class Gated(Constant):
    """Waits in the middle of scoring until it is let go."""

    began: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def predict_proba(self, frame: pd.DataFrame) -> object:
        self.began.set()
        self.go.wait()
        return super().predict_proba(frame)


@dataclass
class Faulty(Constant):
    """Raises until it is mended; its error's text has data in it."""

    mended: bool = False

    def predict_proba(self, frame: pd.DataFrame) -> object:
        if not self.mended:
            raise ValueError("unexpected value of customer 42")
        return super().predict_proba(frame)


def candidate(
    probability: float, *, estimator: Constant | None = None, version: str = "2"
) -> LoadedModel:
    model = constant_model(version, probability)
    return replace(model, estimator=estimator) if estimator else model


def test_decisions_are_counted_by_country_and_by_what_each_model_decides() -> None:
    world = World()
    world.shadow.use(candidate(0.8))
    with world.running():
        world.batch()
        wait_until(lambda: world.compared() == 4)
    assert world.decisions() == {("high", "critical", country): 1 for country in COUNTRIES}


def test_nothing_of_the_shadow_is_in_what_the_worker_publishes() -> None:
    world = World()
    world.shadow.use(candidate(0.1))
    with world.running():
        outcomes = world.batch()
        wait_until(lambda: world.compared() == 4)
    alerts = [each.alert for each in outcomes if isinstance(each, Alerted)]
    assert {(alert.probability, alert.model.version) for alert in alerts} == {(0.6, "1")}
    assert len(alerts) == 4


def test_the_difference_is_the_candidates_minus_the_current_ones() -> None:
    world = World()
    world.shadow.use(candidate(0.35))
    with world.running():
        world.batch(1)
        wait_until(lambda: world.compared() == 1)
    bucket = world.metrics.registry.get_sample_value
    below = {"country": "France", "le": "-0.2"}
    above = {"country": "France", "le": "-0.5"}
    assert bucket("churn_shadow_difference_bucket", below) == 1
    assert bucket("churn_shadow_difference_bucket", above) == 0


def test_before_it_is_loaded_events_are_only_counted() -> None:
    world = World()
    with world.running():
        assert len(world.batch()) == 4
    assert world.skipped("not loaded") == 4


def test_a_slow_shadow_holds_nobody_up_and_what_it_misses_is_counted() -> None:
    world = World()
    slow = Gated(0.9)
    world.shadow.use(candidate(0.9, estimator=slow))
    with world.running():
        world.batch()
        assert slow.began.wait(10)
        for _ in range(WAITING + 3):
            assert len(world.batch()) == 4
        assert world.skipped("behind") == 3 * 4
        slow.go.set()
        wait_until(lambda: world.compared() == (1 + WAITING) * 4)


def test_a_shadow_that_raises_is_counted_and_logged_once_without_the_data_in_its_error() -> None:
    world = World()
    faulty = Faulty(0.9)
    world.shadow.use(candidate(0.9, estimator=faulty))
    with capture_logs() as logs, world.running():
        for times in (1, 2):
            assert len(world.batch()) == 4
            wait_until(lambda times=times: world.skipped("failed") == 4 * times)  # type: ignore[misc]
        assert world.health.report().notes["shadow model fails"] == "the model raised ValueError"
        faulty.mended = True
        world.batch()
        wait_until(lambda: world.compared() == 4)
        wait_until(lambda: "shadow model fails" not in world.health.report().notes)
    assert [(each["event"], each["reason"]) for each in logs] == [
        ("shadow_failed", "the model raised ValueError")
    ]


def test_a_defect_in_the_comparison_does_not_end_it() -> None:
    world = World()
    world.shadow.use(replace(candidate(0.9), columns=("NO_SUCH_COLUMN",)))
    with world.running():
        world.batch()
        wait_until(lambda: world.skipped("failed") == 4)
        world.shadow.use(candidate(0.9))
        world.batch()
        wait_until(lambda: world.compared() == 4)


@pytest.mark.parametrize("change", ["current", "shadow"])
def test_another_pair_of_models_is_counted_from_zero(change: str) -> None:
    world = World()
    world.shadow.use(candidate(0.9))
    with world.running():
        world.batch()
        wait_until(lambda: world.compared() == 4)
        use: Callable[[LoadedModel], None] = (
            world.served.use if change == "current" else world.shadow.use
        )
        use(candidate(0.9, version="3"))
        world.batch(1)
        wait_until(lambda: world.compared() == 1)
    (info,) = [
        each.labels
        for family in world.metrics.registry.collect()
        for each in family.samples
        if each.name == "churn_shadow_info"
    ]
    versions = {"current": ("2", "3"), "shadow": ("3", "1")}[change]
    assert (info["version"], info["against"][0]) == versions


def test_an_event_whose_customer_was_not_looked_up_is_not_compared_on_missing_columns() -> None:
    world = World()
    world.shadow.use(replace(candidate(0.9), columns=("AGE", "BALANCE")))
    with world.running():
        worked_through(world.processing, [update(9, event_id="inline", age=70)])
        world.shadow.release()
        wait_until(lambda: world.skipped("incomplete") == 1)
    assert world.compared() == 0


def test_the_end_waits_for_no_shadow_that_hangs() -> None:
    world = World()
    stuck = Gated(0.9)
    world.shadow.use(candidate(0.9, estimator=stuck))
    with world.running():
        world.batch()
        assert stuck.began.wait(10)
    assert not stuck.go.is_set()
    stuck.go.set()


@pytest.mark.parametrize(
    ("probability", "expected"),
    [(0.39, "silent"), (0.4, "high"), (0.69, "high"), (0.7, "critical")],
)
def test_a_grade_is_that_of_an_alert(probability: float, expected: str) -> None:
    assert grade(probability, 0.4) == expected


def test_a_name_in_the_country_becomes_no_label() -> None:
    assert country_of("Jeanne Dupont") == "other"
