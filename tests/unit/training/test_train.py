import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer

from consumer.errors import BadSettings
from consumer.model import load_model
from schemas.manifest import Manifest
from tests.unit.training.rows import bank, customer
from tools.errors import BadInput
from tools.sample import CUSTOMER_CSV, INDICATORS_CSV
from tools.tables_csv import CustomerRow, IndicatorsRow
from tools.train import train
from tools.training import TrainedModel, train_model, write_model

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def trained_on(
    rows: tuple[list[CustomerRow], list[IndicatorsRow]], as_of: date | None = None, seed: int = 0
) -> TrainedModel:
    return train_model(
        *rows,
        as_of=as_of,
        name="Small",
        version="3",
        seed=seed,
        clock=lambda: NOON,
        repeats=1,
    )


@pytest.fixture(scope="module")
def trained() -> TrainedModel:
    return trained_on(bank(), as_of=date(2021, 1, 1))


@pytest.fixture(scope="module")
def path(trained: TrainedModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pickle was written, in a folder that was missing."""
    return write_model(trained, tmp_path_factory.mktemp("written") / "new" / "folder")


def test_the_manifest_says_what_was_trained(trained: TrainedModel) -> None:
    manifest = trained.manifest
    assert (manifest.name, manifest.version, manifest.created_at) == ("Small", "3", NOON)
    assert manifest.trained_as_of == date(2021, 1, 1)
    assert [column.name for column in manifest.columns][:3] == ["DATE_ENTREE", "PAYS", "SEXE"]
    assert all(column.nullable for column in manifest.columns)


def test_references_are_medians_and_most_frequent_values(trained: TrainedModel) -> None:
    references = {column.name: column.reference for column in trained.manifest.columns}
    assert references["PAYS"] == "France"
    assert references["AGE"] == np.median([20 + (7 * at) % 50 for at in range(60)])
    assert references["DATE_ENTREE"] == (date(2021, 1, 1) - date(2018, 6, 1)).days


def test_a_bank_that_knows_little_still_gets_a_model(tmp_path: Path) -> None:
    customers, facts = bank()
    nowhere = [row.model_copy(update={"pays": None}) for row in customers]
    poor = [row.model_copy(update={"balance": None, "nb_produits": None}) for row in facts]
    path = write_model(trained_on((nowhere, poor)), tmp_path)
    assert load_model(str(path)).columns == (
        *("SEXE", "AGE", "MEMBRE_ACTIF", "CARTE_CREDIT", "SALAIRE", "SCORE_CREDIT"),
    )


def test_the_manifest_has_what_drift_and_later_tests_are_measured_against(
    trained: TrainedModel,
) -> None:
    manifest = trained.manifest
    assert manifest.seed == 0
    assert manifest.f1_bar is not None
    assert 0 < manifest.f1_bar <= manifest.metrics["f1"]
    assert manifest.drift is not None
    assert {*manifest.drift.numbers, *manifest.drift.categories} == {
        column.name for column in manifest.columns
    }


def test_golden_rows_cover_gaps_an_unknown_country_and_nothing_at_all(
    trained: TrainedModel,
) -> None:
    rows = [row.values for row in trained.manifest.golden]
    assert (None,) * 10 in rows
    assert any("Atlantis" in row for row in rows)
    assert all(any(row[at] is None for row in rows) for at in range(10))
    assert sum(None not in row for row in rows) >= 12


def test_nobodys_name_is_in_what_is_written(path: Path) -> None:
    assert all(b"Belor" not in file.read_bytes() for file in path.parent.iterdir())


def test_the_same_rows_and_seed_give_the_same_bytes(trained: TrainedModel) -> None:
    again = trained_on(bank(), as_of=date(2021, 1, 1))
    assert (again.pickle, again.manifest) == (trained.pickle, trained.manifest)
    assert trained_on(bank(), as_of=date(2021, 1, 1), seed=1).pickle != trained.pickle


def test_the_worker_loads_what_was_written_and_scores_alike(
    trained: TrainedModel, path: Path
) -> None:
    model = load_model(str(path), sha256=trained.manifest.sha256)
    assert model.threshold == trained.manifest.threshold
    assert not model.row_by_row
    assert list(model.neutral) == list(model.columns)


def test_the_files_are_written_and_nothing_is_left_beside_them(
    trained: TrainedModel, path: Path
) -> None:
    assert path.name == "Small.pkl"
    assert sorted(file.name for file in path.parent.iterdir()) == [
        "Small.pkl",
        "Small.pkl.manifest.json",
        "calibration.png",
        "importance.png",
        "metrics.json",
        "model_card.html",
        "precision_recall.png",
        "score_histogram.png",
    ]
    for plot in path.parent.glob("*.png"):
        assert plot.read_bytes().startswith(b"\x89PNG")
    metrics = json.loads(path.with_name("metrics.json").read_text())
    assert metrics["f1"] == trained.metrics["f1"]
    assert metrics["threshold"] == trained.manifest.threshold


def test_writing_again_replaces_the_files(trained: TrainedModel, tmp_path: Path) -> None:
    for name in ("Small.pkl", "Small.pkl.manifest.json"):
        (tmp_path / name).write_text("old")
    newer = replace(trained, manifest=trained.manifest.model_copy(update={"version": "4"}))
    write_model(newer, tmp_path)
    assert (tmp_path / "Small.pkl").read_bytes() == newer.pickle
    written = (tmp_path / "Small.pkl.manifest.json").read_bytes()
    assert Manifest.model_validate_json(written) == newer.manifest


def test_a_directory_that_cannot_be_made_is_named(trained: TrainedModel, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="file/model: cannot be written: Not a directory"):
        write_model(trained, tmp_path / "file" / "model")


def test_a_bank_with_one_customer_more_has_another_digest(trained: TrainedModel) -> None:
    customers, facts = bank()
    other = trained_on(([*customers, customer(999)], facts), as_of=date(2021, 1, 1))
    assert other.manifest.training_data_sha256 != trained.manifest.training_data_sha256


def test_the_command_trains_writes_and_reports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(
        customers=CUSTOMER_CSV,
        indicators=INDICATORS_CSV,
        output=tmp_path,
        as_of=datetime(2021, 1, 1),  # noqa: DTZ001 - what typer gives
        version="9",
        repeats=1,
        as_json=True,
    )
    report = json.loads(capsys.readouterr().out)
    assert (report["name"], report["version"]) == ("ChurnModelFinal", "9")
    assert load_model(report["path"]).reference.sha256 == report["sha256"]


def test_the_command_reports_in_words_and_versions_by_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(customers=CUSTOMER_CSV, indicators=INDICATORS_CSV, output=tmp_path, repeats=1)
    told = capsys.readouterr()
    assert "ROC AUC 0." in told.out
    assert "trained on 968 customers" in told.out
    assert told.err == ""
    assert "DATE_ENTREE" not in load_model(str(tmp_path / "ChurnModelFinal.pkl")).columns


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "x" * 101])
def test_a_name_that_is_no_file_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match="must be letters, digits"):
        train(customers=CUSTOMER_CSV, indicators=INDICATORS_CSV, output=tmp_path, name=name)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"customers": CUSTOMER_CSV},
        {"indicators": INDICATORS_CSV},
        {"customers": CUSTOMER_CSV, "indicators": INDICATORS_CSV, "from_database": True},
    ],
)
def test_either_both_files_or_the_database_is_asked_for(
    given: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match="give the two files, -c and -i, or --from-database alone"):
        train(output=tmp_path, **given)


def test_a_place_that_is_no_bucket_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    missing = tmp_path / "no.csv"
    with pytest.raises(BadSettings, match="is no Cloud Storage object"):
        train(customers=missing, indicators=missing, output=tmp_path, push="s3://bucket/model.pkl")
