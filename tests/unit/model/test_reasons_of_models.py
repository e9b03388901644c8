"""Reasons from scikit-learn's own models, loaded as the worker loads them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from consumer.decode import decode_message
from consumer.model import LoadedModel, load_model
from consumer.reasons import explain
from consumer.score import score
from consumer.stages import Enriched, Scored
from schemas.manifest import Value
from tests.builders import TOPIC, profile, update
from tests.unit.model.stored_models import store_with_manifest, trained, training_frame

REFERENCE: dict[str, Value] = {"PAYS": "France", "AGE": 40.0, "BALANCE": 50_000.0}


def loaded(folder: Path, estimator: object) -> LoadedModel:
    model = load_model(str(store_with_manifest(folder, estimator)))
    return replace(model, neutral=REFERENCE)


def scored(model: LoadedModel, **fields: Any) -> list[Scored]:
    message = update(1)
    row = Enriched(message, decode_message(message, TOPIC), profile(**fields))
    results, failed = score([row], model)
    assert not failed
    return results


def logistic() -> Any:
    frame = training_frame()
    encode = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["PAYS"]), (SimpleImputer(), ["AGE", "BALANCE"])
    )
    late = (frame["AGE"] + (frame["PAYS"] == "Allemagne") * 20 > 60).to_numpy()
    return make_pipeline(encode, LogisticRegression(solver="newton-cholesky")).fit(frame, late)


def test_a_logistic_regressions_reasons_are_its_coefficients_times_the_distance(
    tmp_path: Path,
) -> None:
    estimator = logistic()
    allemagne, _, france, age, balance = estimator[-1].coef_[0]
    model = loaded(tmp_path, estimator)
    [found] = explain(scored(model, age=52, pays="Allemagne", balance=90_000.0), model)
    assert {each.feature: each.contribution for each in found} == {
        "AGE": pytest.approx(12 * age, abs=1e-4),
        "PAYS": pytest.approx(allemagne - france, abs=1e-4),
        "BALANCE": pytest.approx(40_000 * balance, abs=1e-4),
    }


def test_trees_give_reasons_as_well(tmp_path: Path) -> None:
    model = loaded(tmp_path, trained())
    [first, second] = explain(
        scored(model, age=70, balance=50_000.0) + scored(model, age=40, balance=50_000.0), model
    )
    assert [(each.feature, each.value) for each in first] == [("AGE", 70.0)]
    assert first[0].contribution > 1
    assert second == ()
