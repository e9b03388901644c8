"""A model is scored by its compiled form only where that changes no answer."""

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from structlog.testing import capture_logs

from consumer.errors import ScoringFailed
from consumer.frames import frame_of
from consumer.model import LoadedModel, load_model
from consumer.model.equality import compiled_if_equal
from consumer.model.probe import hostile_frame, probe_frame
from tests.model_source import constant_model
from tests.unit.model.compiled_models import (
    COLUMNS,
    codes_and_means,
    fitted,
    random_rows,
    scaled_trees,
    training,
)
from tests.unit.model.stored_models import allow, sha256_of, store, store_with_manifest, trained


def unverified(estimator: Any, **changes: Any) -> LoadedModel:
    return replace(constant_model(columns=COLUMNS), estimator=estimator, **changes)


def tried(model: LoadedModel) -> LoadedModel:
    columns = model.columns
    return compiled_if_equal(model, probe_frame(columns, ()), hostile_frame(columns, ()))


def copy_of(estimator: Any) -> Any:
    return pickle.loads(pickle.dumps(estimator))


def assert_refused(model: LoadedModel, reason: str) -> None:
    with capture_logs() as logs:
        kept = tried(model)
    assert kept == model
    assert not kept.compiled
    assert logs == [
        {
            "event": "model_not_compiled",
            "log_level": "warning",
            "model": "constant",
            "reason": reason,
        }
    ]


def test_a_model_of_known_steps_is_compiled_when_it_is_loaded(tmp_path: Path) -> None:
    estimator = trained()
    model = load_model(str(store_with_manifest(tmp_path, estimator)))
    assert model.compiled
    frame = frame_of(model.columns, [("France", 40.0, None), ("Utopie", None, 1e300)])
    expected = estimator.predict_proba(frame)[:, 1]
    np.testing.assert_allclose(model.score(frame), expected, rtol=1e-12)


def test_a_model_of_unknown_steps_is_used_as_it_is_and_nothing_is_logged() -> None:
    model = constant_model(columns=COLUMNS)
    with capture_logs() as logs:
        assert not tried(model).compiled
    assert logs == []


def test_a_compiled_model_that_gives_other_probabilities_is_refused() -> None:
    estimator = copy_of(fitted(codes_and_means))
    scaler = estimator[1]
    # What the function does not look at, and the step obeys.
    scaler.transform = lambda block: (block - scaler.mean_) / scaler.scale_ + 1e-6
    assert_refused(unverified(estimator), "other probabilities")


def test_a_compiled_model_that_takes_what_the_estimator_refuses_is_refused() -> None:
    estimator = copy_of(fitted(codes_and_means))
    transform = estimator[1].transform

    def particular(block: Any) -> Any:
        if (np.abs(block) > 1e8).any():
            raise ValueError("too rich")
        return transform(block)

    estimator[1].transform = particular
    assert_refused(unverified(estimator), "other probabilities")


def test_a_compiled_model_that_fails_on_every_row_is_refused() -> None:
    estimator = copy_of(fitted(codes_and_means))
    estimator[0].named_transformers_["simpleimputer"].strategy = ["mean"]  # compared, never hashed
    unverified(estimator).score(probe_frame(COLUMNS, ()))
    assert_refused(unverified(estimator), "TypeError")


def test_the_log_tells_no_value_of_what_is_broken() -> None:
    class Secretive(dict[str, float]):
        def get(self, *_: object) -> Any:
            raise KeyError("hunter2")

    estimator = copy_of(fitted(scaled_trees))
    estimator[0].transformer_weights = Secretive(a=1.0)
    estimator[0].transform = fitted(scaled_trees)[0].transform
    assert_refused(unverified(estimator), "KeyError")


def test_rows_that_the_estimator_refuses_fail_in_the_same_words() -> None:
    model = unverified(fitted(codes_and_means))
    compiled = tried(model)
    assert compiled.compiled
    infinite = frame_of(COLUMNS, [("France", 40.0, np.inf, "Yes", 1.0)])
    failures = []
    for each in (model, compiled):
        with pytest.raises(ScoringFailed) as failed:
            each.score(infinite)
        failures.append((str(failed.value), str(failed.value.__cause__)))
    assert failures[0] == failures[1]


def test_a_model_that_takes_infinities_goes_on_taking_them() -> None:
    estimator = trained()
    frame, churned = training()
    estimator.fit(frame[["PAYS", "AGE"]], churned)
    model = replace(constant_model(columns=("PAYS", "AGE")), estimator=estimator)
    compiled = tried(model)
    assert compiled.compiled
    infinite = frame_of(model.columns, [("France", np.inf), ("France", 40.0)])
    assert compiled.score(infinite).tolist() == model.score(infinite).tolist()


def test_a_model_that_refuses_gaps_is_compiled_for_the_rows_that_it_takes() -> None:
    frame, churned = training()
    whole = frame[["AGE", "BALANCE"]].fillna(0.0)
    model = replace(
        constant_model(columns=("AGE", "BALANCE")),
        estimator=LogisticRegression().fit(whole / 1e5, churned),
    )
    compiled = tried(model)
    assert compiled.compiled
    with pytest.raises(ScoringFailed, match="raised ValueError"):
        compiled.score(frame_of(model.columns, [[None, 1.0]]))


class FromNewest(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # it has no types
    """Looks at the whole frame, as the model did that this project replaces."""

    def fit(self, frame: pd.DataFrame, _: object) -> "FromNewest":
        self.fitted_ = True
        self.feature_names_in_ = np.array(frame.columns, dtype=object)
        return self

    def transform(self, frame: pd.DataFrame) -> Any:
        return (frame["AGE"].max() - frame[["AGE"]]).to_numpy()


def test_a_model_that_looks_at_the_whole_frame_is_compiled_and_still_scored_row_by_row(
    tmp_path: Path,
) -> None:
    frame, churned = training()
    parts = make_column_transformer((FromNewest(), ["AGE"]), (SimpleImputer(), ["BALANCE"]))
    estimator = make_pipeline(parts, SimpleImputer(), LogisticRegression())
    path = store(tmp_path, estimator.fit(frame[["AGE", "BALANCE"]], churned))
    model = load_model(str(path), sha256=sha256_of(path), allowed_globals=allow(FromNewest))
    assert (model.row_by_row, model.compiled) == (True, True)
    rows = frame_of(model.columns, [row[1:3] for row in random_rows(20, seed=5)])
    alone = [estimator.predict_proba(rows.iloc[[row]])[0, 1] for row in range(20)]
    np.testing.assert_allclose(model.score(rows), alone, rtol=1e-12)
