"""The list lets every fitted estimator of scikit-learn through, and is up to date."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
from sklearn.feature_selection import SelectKBest, mutual_info_classif
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    RandomizedSearchCV,
    StratifiedKFold,
    TunedThresholdClassifierCV,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.utils import all_estimators

from consumer.model.unpickler import listed_globals, unpickle
from tests.unit.model.stored_models import trained, training_frame
from tools import allowed_globals

LEFT_OUT = {
    "ClassifierChain",  # multi-label
    "MultiOutputClassifier",
    "CountVectorizer",  # text, and it may read files
    "HashingVectorizer",
    "TfidfVectorizer",
    "FrozenEstimator",  # takes an estimator; below in a pipeline
}


def frame_and_label() -> tuple[pd.DataFrame, "pd.Series[bool]"]:
    frame = training_frame()
    return frame, frame["AGE"] > 50


def preprocessing() -> ColumnTransformer:
    return ColumnTransformer(
        [
            ("country", OneHotEncoder(handle_unknown="ignore"), make_column_selector("PAYS")),
            ("number", make_pipeline(SimpleImputer(), StandardScaler()), ["AGE", "BALANCE"]),
        ]
    )


LOGISTIC = LogisticRegression()
LAST_STEPS = [
    LOGISTIC,
    GradientBoostingClassifier(n_estimators=5),
    HistGradientBoostingClassifier(max_iter=5, early_stopping=True),
    HistGradientBoostingClassifier(max_iter=5, categorical_features=[0]),
    CalibratedClassifierCV(LOGISTIC, method="isotonic", cv=2),
    CalibratedClassifierCV(LOGISTIC, method="sigmoid", cv=StratifiedKFold(2)),
    KNeighborsClassifier(algorithm="ball_tree", metric="manhattan"),
    GridSearchCV(LOGISTIC, {"C": [0.1, 1]}, scoring=["f1", "roc_auc"], refit="f1", cv=2),
    RandomizedSearchCV(LOGISTIC, {"C": [0.1, 1]}, n_iter=2, scoring="f1", cv=2),
    TunedThresholdClassifierCV(LOGISTIC, scoring="f1", cv=2),
    make_pipeline(SelectKBest(mutual_info_classif, k=2), LOGISTIC),
    make_pipeline(FunctionTransformer(np.square), HistGradientBoostingClassifier(max_iter=5)),
]
"""Models as people build them; in front of each stands the preprocessing of a frame."""


@pytest.mark.parametrize("last_step", LAST_STEPS, ids=lambda step: type(step).__name__)
def test_whole_models_load_and_predict_the_same(last_step: BaseEstimator) -> None:
    frame, label = frame_and_label()
    fitted = make_pipeline(preprocessing(), last_step).fit(frame, label)
    again = unpickle(pickle.dumps(fitted))
    assert (again.predict_proba(frame) == fitted.predict_proba(frame)).all()


def small_classifiers_and_transformers() -> list[type]:
    found = all_estimators("classifier") + all_estimators("transformer")
    return [cls for name, cls in found if name not in LEFT_OUT]


def test_every_classifier_and_transformer_loads_fitted() -> None:
    """Those that take plain numbers without required parameters, and those are most."""
    features = np.abs(np.random.default_rng(0).normal(size=(60, 4)))
    label = features[:, 0] > features[:, 1]
    loaded = []
    for estimator_class in small_classifiers_and_transformers():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # some are deprecated or do not converge
            try:
                fitted = estimator_class().fit(features, label)
            except (TypeError, ValueError, AttributeError):
                continue  # wants another kind of data
            assert type(unpickle(pickle.dumps(fitted))) is estimator_class
        loaded.append(estimator_class.__name__)
    assert len(loaded) > 70, loaded


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_the_protocols_of_python_3_load(protocol: int) -> None:
    assert unpickle(pickle.dumps(trained(), protocol=protocol)).classes_.tolist() == ["No", "Yes"]


def test_random_states_masked_and_sparse_arrays_load() -> None:
    for seeded in (np.random.default_rng(1), np.random.RandomState(1)):
        assert type(unpickle(pickle.dumps(seeded))) is type(seeded)
    masked = np.ma.masked_less(np.arange(3), 1)
    assert unpickle(pickle.dumps(masked)).tolist() == masked.tolist()


def test_the_list_is_what_its_script_writes() -> None:
    written = {f"{module}:{name}" for module, name in listed_globals()}
    assert written == set(allowed_globals.allowed_globals())
