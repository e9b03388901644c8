import json
import pickle
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
import sklearn
from sklearn.linear_model import LinearRegression
from structlog.testing import capture_logs

from consumer.errors import BadModel, BadSettings
from consumer.frames import frame_of
from consumer.model import LoadedModel, current_generation, load_model
from consumer.ports import Model
from schemas.manifest import GoldenRow, Manifest, Versions
from tests.unit.model.stored_models import (
    COLUMNS,
    GOLDEN,
    AboveOne,
    CountsFromNewestRow,
    NanForMissing,
    Scripted,
    allow,
    columns_of,
    manifest_of,
    sha256_of,
    store,
    store_with_manifest,
    trained,
    training_frame,
)


def refusal(path: Path, **settings: str) -> str:
    with pytest.raises(BadModel) as refused:
        load_model(str(path), **settings)
    text = str(refused.value)
    assert "\n" not in text
    return text


def test_a_model_with_its_manifest_is_loaded(tmp_path: Path) -> None:
    estimator = trained()
    path = store_with_manifest(tmp_path, estimator)
    model: Model = load_model(str(path))
    assert (model.reference.name, model.reference.version) == ("Trial", "7")
    assert model.reference.sha256 == sha256_of(path)
    assert (model.columns, model.threshold) == (COLUMNS, 0.4)
    assert dict(model.neutral) == dict.fromkeys(COLUMNS)
    frame = frame_of(COLUMNS, GOLDEN)
    np.testing.assert_allclose(model.score(frame), estimator.predict_proba(frame)[:, 1])


def test_a_good_model_loads_without_a_warning(tmp_path: Path) -> None:
    with capture_logs() as logs:
        model = load_model(str(store_with_manifest(tmp_path, trained())))
    assert not model.row_by_row
    assert logs == []


def test_a_pickle_without_manifest_needs_its_digest_in_the_settings(tmp_path: Path) -> None:
    path = store(tmp_path, trained())
    text = refusal(path)
    assert f"set model.sha256 to {sha256_of(path)}" in text
    model = load_model(str(path), sha256=sha256_of(path))
    assert (model.reference.name, model.columns, model.threshold) == ("trial", COLUMNS, 0.5)
    assert model.neutral == {}


def test_another_digest_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    path = store_with_manifest(tmp_path, trained())
    assert "model.sha256 pins" in refusal(path, sha256="0" * 64)


def test_another_digest_than_the_manifests_is_refused(tmp_path: Path) -> None:
    path = store_with_manifest(tmp_path, trained(), sha256="1" * 64)
    assert "its manifest says 1111" in refusal(path)
    assert "its manifest says 1111" in refusal(path, sha256=sha256_of(path))


def test_nothing_is_unpickled_before_the_digest_matches(tmp_path: Path) -> None:
    path = store_with_manifest(tmp_path, trained())
    path.write_bytes(b"no pickle at all")
    assert "has the SHA-256" in refusal(path)


def test_a_missing_pickle_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.pkl"
    assert refusal(path) == (
        f"{path}: cannot be read (No such file or directory); put the model there or mend model.uri"
    )


@pytest.mark.parametrize("uri", ["gs://", "gs://bucket", "gs://Bucket/model.pkl", "gs:model.pkl"])
def test_a_malformed_uri_is_refused_before_anything_is_asked(uri: str) -> None:
    with pytest.raises(BadSettings, match=r"gcs\.bucket and gcs\.blob, or model\.uri"):
        load_model(uri)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("{", "Invalid JSON"),
        ("{}", "name: Field required"),
    ],
)
def test_a_malformed_manifest_is_refused(tmp_path: Path, content: str, text: str) -> None:
    path = store(tmp_path, trained())
    path.with_name("trial.pkl.manifest.json").write_text(content)
    refused = refusal(path, sha256=sha256_of(path))
    assert "trial.pkl.manifest.json is no good manifest" in refused
    assert text in refused


def test_a_manifest_with_an_unknown_column_is_refused(tmp_path: Path) -> None:
    estimator = trained()
    manifest = manifest_of(pickle.dumps(estimator), estimator)
    content = json.loads(manifest.model_dump_json())
    content["columns"][0]["name"] = "NOM"
    path = store(tmp_path, estimator)
    path.with_name("trial.pkl.manifest.json").write_text(json.dumps(content))
    assert "columns: NOM is none of DATE_ENTREE, PAYS" in refusal(path)


def test_a_manifest_with_another_kind_is_refused(tmp_path: Path) -> None:
    columns = columns_of(COLUMNS)
    wrong = columns[1].model_copy(update={"kind": columns[0].kind})
    path = store_with_manifest(tmp_path, trained(), columns=(columns[0], wrong, columns[2]))
    assert "AGE must be a number, not category" in refusal(path)


def test_a_manifest_that_names_a_column_twice_is_refused(tmp_path: Path) -> None:
    path = store_with_manifest(tmp_path, trained(), columns=columns_of(("AGE", "AGE", "BALANCE")))
    assert "one is named twice" in refusal(path)


def test_a_manifest_in_another_order_than_the_model_is_refused(tmp_path: Path) -> None:
    path = store_with_manifest(
        tmp_path, trained(), columns=columns_of(("AGE", "PAYS", "BALANCE")), golden=()
    )
    assert "was trained on PAYS, AGE, BALANCE, but its manifest says AGE, PAYS" in refusal(path)


@pytest.mark.parametrize("values", [("France", 40.0), ("France", "40", 0.0), (1.0, 40.0, 0.0)])
def test_a_golden_row_must_fit_the_columns(tmp_path: Path, values: tuple[float | str, ...]) -> None:
    golden = (GoldenRow(values=values, probability=0.5),)
    path = store_with_manifest(tmp_path, trained(), golden=golden)
    assert "golden row 1 does not fit the columns" in refusal(path)


def test_golden_rows_must_give_the_probabilities_of_the_training(tmp_path: Path) -> None:
    estimator = trained()
    golden = manifest_of(b"", estimator).golden
    off = golden[1].model_copy(update={"probability": golden[1].probability - 2e-6})
    path = store_with_manifest(tmp_path, estimator, golden=(golden[0], off, golden[2]))
    assert "golden row 2 of 3 gives" in refusal(path)
    near = golden[1].model_copy(update={"probability": golden[1].probability - 5e-7})
    load_model(str(store_with_manifest(tmp_path, estimator, golden=(golden[0], near, golden[2]))))


@pytest.mark.parametrize("estimator", [AboveOne(), NanForMissing()])
def test_a_golden_row_without_a_probability_refuses_the_model(
    tmp_path: Path, estimator: Scripted
) -> None:
    golden = (GoldenRow(values=(age,), probability=0.2) for age in (20.0, 90.0, None))
    path = store(tmp_path, estimator, manifest_of_ages(estimator, golden=tuple(golden)))
    with pytest.raises(BadModel, match="golden rows: the model gave something that is no prob"):
        load_model(str(path), allowed_globals=allow(type(estimator)))


def test_a_row_is_not_probed_without_what_the_manifest_requires(tmp_path: Path) -> None:
    estimator = NanForMissing()
    required = columns_of(["AGE"])[0].model_copy(update={"nullable": False})
    path = store(tmp_path, estimator, manifest_of_ages(estimator, columns=(required,)))
    model = load_model(str(path), allowed_globals=allow(NanForMissing))
    assert not model.row_by_row


def manifest_of_ages(estimator: Scripted, **changes: object) -> Manifest:
    manifest = manifest_of(pickle.dumps(estimator), trained())
    of_ages = {"columns": columns_of(["AGE"]), "golden": ()}
    return manifest.model_copy(update=of_ages | changes)


def test_another_scikit_learn_version_warns_and_the_golden_rows_decide(tmp_path: Path) -> None:
    versions = Versions(python="3.9", numpy="1.26", pandas="2.0", scikit_learn="0.0.1")
    path = store_with_manifest(tmp_path, trained(), versions=versions)
    with capture_logs() as logs:
        load_model(str(path))
    assert [(entry["event"], entry["trained_with"]) for entry in logs] == [
        ("model_version_mismatch", ["0.0.1"])
    ]


def test_without_a_manifest_the_pickle_tells_its_version(tmp_path: Path) -> None:
    path = store(tmp_path, trained())
    installed = sklearn.__version__.encode()
    path.write_bytes(path.read_bytes().replace(installed, b"0" * len(installed)))
    with capture_logs() as logs:
        load_model(str(path), sha256=sha256_of(path))
    assert [entry["event"] for entry in logs] == ["model_version_mismatch"]


def test_a_model_without_probabilities_is_refused(tmp_path: Path) -> None:
    path = store(tmp_path, LinearRegression().fit([[1.0]], [1.0]))
    assert "holds a LinearRegression, which has no predict_proba" in refusal(
        path, sha256=sha256_of(path)
    )


def test_a_model_that_does_not_say_its_columns_is_refused(tmp_path: Path) -> None:
    nameless = trained()[-1]
    path = store(tmp_path, nameless)
    assert "does not say its columns" in refusal(path, sha256=sha256_of(path))


def test_a_model_trained_on_other_columns_is_refused(tmp_path: Path) -> None:
    frame = training_frame().rename(columns={"AGE": "ID_CLIENT"})[["ID_CLIENT"]]
    estimator = trained()[-1].fit(frame, ["Yes", "No"] * 100)
    path = store(tmp_path, estimator)
    assert "was trained on ID_CLIENT; train it on these alone" in refusal(
        path, sha256=sha256_of(path)
    )


def test_a_model_that_looks_at_the_whole_frame_is_scored_row_by_row(tmp_path: Path) -> None:
    path = store(tmp_path, CountsFromNewestRow())
    with capture_logs() as logs:
        model = load_model(
            str(path), sha256=sha256_of(path), allowed_globals=allow(CountsFromNewestRow)
        )
    assert model.row_by_row
    assert [entry["event"] for entry in logs] == ["model_scores_depend_on_batch"]
    frame = frame_of(["AGE"], [[20.0], [90.0]])
    assert model.score(frame).tolist() == [0.0, 0.0]


def test_replacing_pickle_or_manifest_changes_the_generation(tmp_path: Path) -> None:
    path = store_with_manifest(tmp_path, trained())
    loaded: LoadedModel = load_model(str(path))
    assert current_generation(str(path)) == loaded.generation
    path.with_name("trial.pkl.manifest.json").unlink()
    without_manifest = current_generation(str(path))
    path.write_bytes(b"another pickle")
    generations = {loaded.generation, without_manifest, current_generation(str(path))}
    assert len(generations) == 3


class RaisesWhenLookedAt(CountsFromNewestRow):
    """A model whose attributes are code of its own."""

    @property
    def feature_names_in_(self) -> NoReturn:  # type: ignore[override]
        raise ZeroDivisionError


def test_a_model_that_raises_while_it_is_looked_at_is_refused(tmp_path: Path) -> None:
    path = store(tmp_path, RaisesWhenLookedAt())
    with pytest.raises(BadModel, match="raised ZeroDivisionError while it was checked"):
        load_model(str(path), sha256=sha256_of(path), allowed_globals=allow(RaisesWhenLookedAt))
