"""Small models for the tests, and how they come to lie in a folder."""

import hashlib
import pickle
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sklearn
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

from consumer.frames import frame_of
from schemas.manifest import GoldenRow, Manifest, ModelColumn, Value, Versions
from schemas.tables import FEATURE_OF_COLUMN

COLUMNS = ("PAYS", "AGE", "BALANCE")
GOLDEN: tuple[tuple[Value, ...], ...] = (
    ("France", 40.0, 0.0),
    ("Allemagne", 61.0, 90_000.0),
    (None, None, None),
)


def training_frame() -> pd.DataFrame:
    random = np.random.default_rng(7)
    countries = random.choice(["France", "Espagne", "Allemagne"], 200)
    ages = random.integers(18, 80, 200)
    balances = random.uniform(0, 1e5, 200)
    return frame_of(COLUMNS, list(zip(countries, ages, balances, strict=True)))


def trained(*, rounds: int = 20) -> Any:
    """A pipeline of scikit-learn's own parts, fitted."""
    frame = training_frame()
    churn = np.where(frame["AGE"] > 50, "Yes", "No")
    encode = make_column_transformer(
        (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), ["PAYS"]),
        remainder="passthrough",
    )
    return make_pipeline(encode, HistGradientBoostingClassifier(max_iter=rounds)).fit(frame, churn)


def manifest_of(content: bytes, estimator: Any, **changes: Any) -> Manifest:
    probabilities = np.asarray(estimator.predict_proba(frame_of(COLUMNS, GOLDEN)))[:, 1]
    manifest = Manifest(
        name="Trial",
        version="7",
        sha256=hashlib.sha256(content).hexdigest(),
        versions=Versions(
            python=platform.python_version(),
            numpy=np.__version__,
            pandas=pd.__version__,
            scikit_learn=sklearn.__version__,
        ),
        columns=columns_of(COLUMNS),
        threshold=0.4,
        metrics={},
        training_data_sha256="0" * 64,
        created_at=datetime(2024, 1, 1, tzinfo=UTC),
        golden=tuple(
            GoldenRow(values=values, probability=float(probability))
            for values, probability in zip(GOLDEN, probabilities, strict=True)
        ),
    )
    return manifest.model_copy(update=changes)


def columns_of(names: Sequence[str]) -> tuple[ModelColumn, ...]:
    return tuple(
        ModelColumn(name=name, kind=FEATURE_OF_COLUMN[name].kind, nullable=True, reference=None)
        for name in names
    )


def store(folder: Path, estimator: Any, manifest: Manifest | None = None) -> Path:
    """Write a pickle, and a manifest where one is given."""
    path = folder / "trial.pkl"
    path.write_bytes(pickle.dumps(estimator))
    if manifest is not None:
        path.with_name("trial.pkl.manifest.json").write_text(manifest.model_dump_json())
    return path


def store_with_manifest(folder: Path, estimator: Any, **changes: Any) -> Path:
    return store(folder, estimator, manifest_of(pickle.dumps(estimator), estimator, **changes))


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Scripted:
    """An estimator whose class is not scikit-learn's; scores by age alone."""

    feature_names_in_ = np.array(["AGE"], dtype=object)

    def predict_proba(self, frame: pd.DataFrame) -> Any:
        return np.clip(frame["AGE"].fillna(0).to_numpy() / 100, 0, 1)


class TwoColumns(Scripted):
    def predict_proba(self, frame: pd.DataFrame) -> Any:
        churn = super().predict_proba(frame)
        return np.column_stack([1 - churn, churn])


class GivesSeries(Scripted):
    def predict_proba(self, frame: pd.DataFrame) -> Any:
        return pd.Series(super().predict_proba(frame), index=frame.index)


class CountsFromNewestRow(Scripted):
    """The defect of the model that this project replaces: it looks at the whole frame."""

    def predict_proba(self, frame: pd.DataFrame) -> Any:
        ages = frame["AGE"].fillna(0)
        return np.clip((ages.max() - ages.to_numpy()) / 100, 0, 1)


class FitsOnFrame(Scripted):
    """Raises on more than one row, like one-hot columns that do not match the training's."""

    def predict_proba(self, frame: pd.DataFrame) -> Any:
        if frame["AGE"].nunique() > 1:
            raise ValueError(f"unexpected columns for {frame['AGE'].tolist()}")
        return super().predict_proba(frame)


class RefusesMissing(Scripted):
    def predict_proba(self, frame: pd.DataFrame) -> Any:
        if frame["AGE"].isna().any():
            raise ValueError("missing value for a customer of 42 years")
        return super().predict_proba(frame)


class Broken(Scripted):
    def predict_proba(self, frame: pd.DataFrame) -> Any:
        raise KeyError(frame["AGE"].tolist())


class AboveOne(Scripted):
    """1.2 at 80 years, which the probe has."""

    def predict_proba(self, frame: pd.DataFrame) -> Any:
        return frame["AGE"].fillna(0).to_numpy() / 80 * 1.2


class NanForMissing(Scripted):
    def predict_proba(self, frame: pd.DataFrame) -> Any:
        return frame["AGE"].to_numpy() / 100


class ThreeClasses(Scripted):
    def predict_proba(self, frame: pd.DataFrame) -> Any:
        return np.full((len(frame), 3), 1 / 3)


class WritesIntoItsInput(Scripted):
    def predict_proba(self, frame: pd.DataFrame) -> Any:
        frame["AGE"] = frame["AGE"].fillna(0)
        return super().predict_proba(frame)


def allow(*classes: type) -> tuple[str, ...]:
    """Entries of ``model.allowed_globals`` for classes of this module."""
    return tuple(f"{each.__module__}:{each.__name__}" for each in classes)
