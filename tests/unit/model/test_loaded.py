import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from consumer.errors import BadModel, ScoringFailed
from consumer.frames import frame_of
from consumer.model import LoadedModel, load_model
from tests.unit.model.stored_models import (
    COLUMNS,
    GOLDEN,
    AboveOne,
    Broken,
    FitsOnFrame,
    GivesSeries,
    NanForMissing,
    RefusesMissing,
    Scripted,
    ThreeClasses,
    TwoColumns,
    WritesIntoItsInput,
    allow,
    sha256_of,
    store,
    store_with_manifest,
    trained,
)

AGES = frame_of(["AGE"], [[20.0], [None], [70.0]])


def loaded(folder: Path, estimator: Scripted) -> LoadedModel:
    path = store(folder, estimator)
    return load_model(str(path), sha256=sha256_of(path), allowed_globals=allow(type(estimator)))


@pytest.mark.parametrize("estimator", [Scripted(), TwoColumns(), GivesSeries()])
def test_probabilities_are_taken_in_every_form(tmp_path: Path, estimator: Scripted) -> None:
    scores = loaded(tmp_path, estimator).score(AGES.iloc[[0, 2]])
    assert scores.dtype == np.float64
    assert scores.tolist() == [0.2, 0.7]


def test_an_empty_frame_scores_to_nothing(tmp_path: Path) -> None:
    assert loaded(tmp_path, Scripted()).score(frame_of(["AGE"], [])).shape == (0,)
    assert loaded(tmp_path, FitsOnFrame()).score(frame_of(["AGE"], [])).shape == (0,)


def test_a_nan_is_no_probability(tmp_path: Path) -> None:
    model = replace(loaded(tmp_path, Scripted()), estimator=NanForMissing())
    with pytest.raises(ScoringFailed, match="something that is no probability"):
        model.score(AGES)


def test_an_error_of_the_model_fails_the_scoring_and_tells_no_value(tmp_path: Path) -> None:
    model = loaded(tmp_path, RefusesMissing())
    with pytest.raises(ScoringFailed) as failed:
        model.score(AGES)
    assert str(failed.value) == "the model raised ValueError"


def test_a_model_that_refuses_missing_values_is_still_probed_on_the_others(tmp_path: Path) -> None:
    assert not loaded(tmp_path, RefusesMissing()).row_by_row


def test_a_model_that_fails_on_every_ordinary_row_is_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="fails on every one of 25 probed rows"):
        loaded(tmp_path, Broken())


@pytest.mark.parametrize(
    ("estimator", "told"),
    [
        (AboveOne(), "no probability, alone on a probed row where nothing is missing; set model.u"),
        (NanForMissing(), "no probability, alone on a probed row without AGE; set model.uri"),
        (ThreeClasses(), r"gave shape \(1, 3\) for 1 rows, alone on a probed row where nothing"),
    ],
)
def test_a_model_that_gives_no_probability_for_a_probed_row_is_not_loaded(
    tmp_path: Path, estimator: Scripted, told: str
) -> None:
    with pytest.raises(BadModel, match=told):
        loaded(tmp_path, estimator)


def test_a_model_that_fails_only_on_several_rows_is_scored_row_by_row(tmp_path: Path) -> None:
    model = loaded(tmp_path, FitsOnFrame())
    assert model.row_by_row
    assert model.score(AGES.iloc[[0, 2]]).tolist() == [0.2, 0.7]


def test_a_model_cannot_change_the_frame_it_is_given(tmp_path: Path) -> None:
    frame = AGES.copy()
    loaded(tmp_path, WritesIntoItsInput()).score(frame)
    assert frame["AGE"].isna().tolist() == [False, True, False]


def test_scores_do_not_depend_on_the_thread_that_asks(tmp_path: Path) -> None:
    model = load_model(str(store_with_manifest(tmp_path, trained())))
    frame = frame_of(COLUMNS, GOLDEN)
    scores = [model.score(frame)]
    thread = threading.Thread(target=lambda: scores.append(model.score(frame)))
    thread.start()
    thread.join()
    assert scores[0].tolist() == scores[1].tolist()


class CountsThreads(Scripted):
    """Gives 1 / (the most threads that any pool would use for this call)."""

    def predict_proba(self, frame: object) -> object:
        del frame
        return np.array([1 / max(pool["num_threads"] for pool in threadpool_info())])


def test_every_thread_scores_with_one_openmp_thread(tmp_path: Path) -> None:
    model = loaded(tmp_path, CountsThreads())
    scores: list[float] = []
    thread = threading.Thread(target=lambda: scores.extend(model.score(AGES.iloc[[0]])))
    thread.start()
    thread.join()
    assert scores == [1.0]
