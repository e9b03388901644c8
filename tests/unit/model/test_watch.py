"""A new model is used, a bad one refused once, and an outage waited out, look by look."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from consumer.errors import AccessDenied, BadModel, StorageDown
from consumer.health import Health
from consumer.model import LoadedModel, load_model
from consumer.model.warm import warm
from consumer.model.watch import ModelWatch, StoredSource
from consumer.telemetry import Metrics
from tests.model_source import Constant, RecordedSource, constant_model
from tests.unit.model.stored_models import (
    RefusesMissing,
    allow,
    sha256_of,
    store,
    store_with_manifest,
    trained,
)

BAD = BadModel("the digest differs")


class World:
    """A watch between a source and a list of the models that it took into use."""

    def __init__(self, *, generation: str | None = "1") -> None:
        self.source = RecordedSource(constant_model("1"), "1")
        self.used: list[str] = []
        self.metrics, self.health = Metrics(), Health()
        self.now = 0.0
        self.watch = ModelWatch(
            self.source,
            role="current",
            use=self._use,
            health=self.health,
            metrics=self.metrics,
            generation=generation,
            clock=lambda: self.now,
        )

    def _use(self, model: LoadedModel) -> None:
        self.used.append(model.reference.version)

    def look(self, times: int = 1) -> list[EventDict]:
        """Look so often; gives what was logged."""
        with capture_logs() as logs:
            for _ in range(times):
                self.watch.look()
        return logs

    def value(self, name: str) -> float | None:
        return self.metrics.registry.get_sample_value(name, {"role": "current"})

    @property
    def notes(self) -> dict[str, str]:
        return dict(self.health.report().notes)


@pytest.fixture
def world() -> World:
    return World()


def test_nothing_is_loaded_while_nothing_changes(world: World) -> None:
    assert world.look(3) == []
    assert (world.source.loads, world.used) == ([], [])


def test_a_new_model_is_used_from_the_first_look_that_sees_it(world: World) -> None:
    world.source.put(constant_model("2"), "2")
    (line,) = world.look(3)
    assert world.used == ["2"]
    assert (line["event"], line["log_level"]) == ("model_in_use", "info")
    assert (line["role"], line["version"], line["generation"]) == ("current", "2", "2")
    assert line["sha256"] == "2" * 64


def test_the_time_of_a_load_is_measured(world: World) -> None:
    def take(seconds: float) -> None:
        world.now += seconds

    world.source.when_loading = lambda: take(2.5)
    world.source.put(constant_model("2"), "2")
    (line,) = world.look()
    assert line["load_seconds"] == 2.5
    assert world.value("churn_model_load_seconds_sum") == 2.5


def test_a_bad_model_is_refused_once_and_loaded_once_however_often_it_is_seen(
    world: World,
) -> None:
    world.source.put(BAD, "2")
    (line,) = world.look(5)
    assert (line["event"], line["log_level"]) == ("model_refused", "warning")
    assert (line["reason"], line["generation"]) == ("the digest differs", "2")
    assert (world.source.loads, world.used) == (["2"], [])
    assert world.value("churn_model_refused_total") == 1
    assert world.notes == {"current model refused": "the digest differs"}


def test_another_bad_model_is_refused_again(world: World) -> None:
    world.source.put(BAD, "2")
    world.look(2)
    world.source.put(BadModel("a refused global"), "3")
    world.look(3)
    assert world.value("churn_model_refused_total") == 2
    assert world.notes == {"current model refused": "a refused global"}


def test_half_of_an_upload_is_not_refused(world: World) -> None:
    world.source.put(BAD, "new pickle/old manifest")
    assert world.look() == []
    world.source.put(constant_model("2"), "2")
    (line,) = world.look(2)
    assert line["event"] == "model_in_use"
    assert world.value("churn_model_refused_total") == 0


def test_a_model_after_a_bad_one_is_used_and_the_bad_one_is_no_longer_shown(world: World) -> None:
    world.source.put(BAD, "2")
    world.look(2)
    world.source.put(constant_model("1", generation="3"), "3")
    world.look(2)
    assert world.used == ["1"]
    assert world.notes == {}


def test_where_what_is_used_is_put_back_itself_the_bad_one_is_forgotten(world: World) -> None:
    world.source.put(BAD, "2")
    world.look(2)
    world.source.put(constant_model("1"), "1")
    assert world.look(2) == []
    assert (world.notes, world.used) == ({}, [])
    world.source.put(BAD, "2")
    world.look(2)
    assert world.value("churn_model_refused_total") == 2


@pytest.mark.parametrize("error", [StorageDown("away"), AccessDenied("no permission")])
def test_a_bucket_out_of_reach_is_logged_once_and_asked_again(
    world: World, error: StorageDown | AccessDenied
) -> None:
    world.source.away = error
    (line,) = world.look(3)
    assert (line["event"], line["reason"]) == ("model_out_of_reach", str(error))
    assert world.value("churn_model_look_failures_total") == 3
    assert world.notes == {"current model out of reach": str(error)}
    world.source.away = None
    world.source.put(constant_model("2"), "2")
    assert [line["event"] for line in world.look(2)] == ["model_in_use", "model_within_reach"]
    assert (world.used, world.notes) == (["2"], {})


def test_a_bucket_that_goes_away_in_the_middle_of_a_load_refuses_nothing(world: World) -> None:
    world.source.put(StorageDown("away"), "2")
    world.look(3)
    assert world.value("churn_model_refused_total") == 0
    world.source.put(constant_model("2"), "2")
    world.look()
    assert world.used == ["2"]


def test_a_model_that_is_replaced_while_it_is_loaded_is_loaded_again(world: World) -> None:
    def replace() -> None:
        world.source.when_loading = lambda: None
        world.source.put(constant_model("3"), "3")

    world.source.put(constant_model("2"), "2")
    world.source.when_loading = replace
    world.look(2)
    assert world.used == ["3"]


def test_what_is_refused_costs_no_readiness(world: World) -> None:
    world.health.started()
    world.health.stream_opened(0)
    world.source.put(BAD, "2")
    world.look(2)
    report = world.health.report()
    assert report.notes
    assert (report.live, report.ready) == (True, True)


def test_without_a_model_in_use_the_first_look_takes_what_is_there() -> None:
    world = World(generation=None)
    world.look()
    assert world.used == ["1"]


def test_a_local_model_is_watched_too(tmp_path: Path) -> None:
    path = store_with_manifest(tmp_path, trained())
    source = StoredSource(str(path), None, (), warm_rows=500)
    used: list[LoadedModel] = []
    watch = ModelWatch(
        source,
        role="current",
        use=used.append,
        health=Health(),
        metrics=Metrics(),
        generation=source.current_generation(),
    )
    watch.look()
    store_with_manifest(tmp_path, trained(), version="8")
    watch.look()
    watch.look()
    assert [model.reference.version for model in used] == ["8"]


def test_a_model_is_warmed_by_a_frame_as_large_as_a_batch() -> None:
    model = constant_model()
    warm(model, 500)
    assert model.estimator == Constant(0.9, asked=[500])


def test_a_model_that_refuses_rows_is_warm_all_the_same(tmp_path: Path) -> None:
    path = store(tmp_path, RefusesMissing())
    model = load_model(str(path), sha256=sha256_of(path), allowed_globals=allow(RefusesMissing))
    warm(model, 100)
