import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from tools.sample import AS_OF, generate
from tools.training import TrainedModel, train_model, write_model
from tools.training.intervals import f1_bar, intervals
from tools.training.measures import calibration, measures
from tools.training.quality import report
from tools.training.slices import slices
from tools.training.threshold import Flags, Floats


@pytest.fixture(scope="module")
def trained() -> TrainedModel:
    customers, facts = generate(500, 5)
    odd = [row.model_copy(update={"pays": "<b>Land</b>"}) for row in customers[:15]]
    return train_model(
        [*odd, *customers[15:]],
        facts,
        as_of=AS_OF,
        name="Small",
        version="3",
        seed=4,
        clock=lambda: datetime(2024, 5, 1, 12, tzinfo=UTC),
        repeats=1,
    )


@pytest.fixture(scope="module")
def folder(trained: TrainedModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(trained, tmp_path_factory.mktemp("model")).parent


def guesses(customers: int, seed: int = 0) -> tuple[Flags, Floats, Flags]:
    random = np.random.default_rng(seed)
    scores = random.beta(1, 3, (1, customers))
    return random.random(customers) < scores[0], scores, scores >= 0.4


def test_the_intervals_are_those_of_scikit_learns_metrics_under_the_same_draws() -> None:
    churned, scores, alerts = guesses(150)
    random = np.random.default_rng(7)
    weights = random.multinomial(150, np.full(150, 1 / 150), 50)
    found = intervals(churned, scores, alerts, seed=7, draws=50)
    for name, metric, given in (
        ("f1", f1_score, alerts),
        ("roc_auc", roc_auc_score, scores),
        ("average_precision", average_precision_score, scores),
    ):
        values = [metric(churned, given[0], sample_weight=weight) for weight in weights]
        expected = np.percentile(values, [2.5, 97.5])
        assert (found[name].low, found[name].high) == pytest.approx(expected, abs=1e-9)


def test_more_customers_give_narrower_intervals() -> None:
    def width(customers: int) -> float:
        interval = intervals(*guesses(customers), seed=0)["f1"]
        return interval.high - interval.low

    assert width(3_200) < width(200) / 2


def test_a_metric_lies_in_its_interval() -> None:
    churned, scores, alerts = guesses(2_000)
    metrics = measures(churned, scores, alerts)
    for name, interval in intervals(churned, scores, alerts, seed=0).items():
        assert interval.low < metrics[name] < interval.high


def test_the_bar_is_below_f1_and_lower_for_fewer_held_out_customers() -> None:
    churned, scores, alerts = guesses(4_000)
    few, many = (f1_bar(churned, alerts, held_out=share) for share in (0.05, 0.5))
    assert few < many < measures(churned, scores, alerts)["f1"]


def test_calibration_tells_scores_that_are_too_extreme_or_too_low() -> None:
    churned, scores, _ = guesses(20_000)
    odds = np.log(scores[0] / (1 - scores[0]))
    right = calibration(churned, scores[0])
    extreme = calibration(churned, 1 / (1 + np.exp(-2 * odds)))
    low = calibration(churned, 1 / (1 + np.exp(1 - odds)))
    assert (right.slope, right.intercept) == pytest.approx((1, 0), abs=0.07)
    assert extreme.slope == pytest.approx(0.5, abs=0.05)
    assert low.intercept == pytest.approx(1, abs=0.1)


def test_customers_are_parted_by_country_balance_sex_and_age() -> None:
    frame = pd.DataFrame(
        {
            "PAYS": ["France", "Espagne", None],
            "SEXE": ["H", "F", "F"],
            "BALANCE": [0.0, np.nan, 5.0],
            "AGE": [29.0, 30.0, 60.0],
        }
    ).astype({"PAYS": object, "SEXE": object})
    members = {
        f"{title}: {name}": np.flatnonzero(who).tolist()
        for title, parts in slices(frame).items()
        for name, who in parts.items()
    }
    assert members == {
        "country: Espagne": [1],
        "country: France": [0],
        "country: missing": [2],
        "balance: not zero": [2],
        "balance: zero": [0],
        "balance: missing": [1],
        "sex: F": [1, 2],
        "sex: H": [0],
        "age: 0 to 29": [0],
        "age: 30 to 39": [1],
        "age: 60 and over": [2],
    }


def test_every_customer_is_in_one_slice_of_each_kind(trained: TrainedModel) -> None:
    for parts in slices(trained.table.frame).values():
        assert (np.sum(list(parts.values()), axis=0) == 1).all()


def test_of_a_slice_with_few_customers_only_the_size_is_told(trained: TrainedModel) -> None:
    judged = report(trained.table, trained.evaluation)
    few = judged.slices["country"]["<b>Land</b>"]
    assert few.customers > 0
    assert (few.metrics, few.intervals) == ({}, {})
    assert judged.slices["country"]["France"].metrics["roc_auc"] > 0.5


def test_the_columns_that_matter_come_first(trained: TrainedModel) -> None:
    importance = report(trained.table, trained.evaluation).importance
    assert set(list(importance)[:3]) <= {"AGE", "NB_PRODUITS", "MEMBRE_ACTIF", "PAYS", "BALANCE"}
    assert importance["SALAIRE"] < 0.02


def test_the_metrics_file_has_intervals_and_slices(trained: TrainedModel, folder: Path) -> None:
    metrics = json.loads((folder / "metrics.json").read_text())
    low, high = (metrics["intervals"]["f1"][end] for end in ("low", "high"))
    assert low < metrics["f1"] < high
    assert {"f1", "precision", "recall", "roc_auc", "average_precision", "brier"} <= set(metrics)
    assert set(metrics["slices"]) == {"country", "balance", "sex", "age"}
    sexes = metrics["slices"]["sex"]
    assert sum(part["customers"] for part in sexes.values()) == len(trained.table.churned)
    assert 0 < sexes["F"]["intervals"]["roc_auc"]["low"] < sexes["F"]["roc_auc"] < 1


class Page(HTMLParser):
    """Collects what a browser would load, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [str(value) for name, value in attrs if name in {"src", "href"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_model_card_loads_nothing_from_elsewhere(folder: Path) -> None:
    text = (folder / "model_card.html").read_text(encoding="utf-8")
    page = Page(text)
    assert len(page.addresses) == page.tags.count("img") == 4
    assert all(each.startswith("data:image/png;base64,") for each in page.addresses)
    assert not re.search(r"https?:|@import|url\(|<script", text)


def test_the_model_card_tells_owner_and_risk_officer_what_they_ask(
    trained: TrainedModel, folder: Path
) -> None:
    said = Page((folder / "model_card.html").read_text(encoding="utf-8")).text
    metrics = json.loads((folder / "metrics.json").read_text())
    for wanted in (
        trained.manifest.training_data_sha256,
        trained.manifest.sha256,
        f"{trained.manifest.threshold:.3f}",
        f"{metrics['alerts_per_1000']:.0f} are alerted",
        f"{metrics['f1']:.3f}",
        f"{metrics['intervals']['f1']['low']:.3f} to {metrics['intervals']['f1']['high']:.3f}",
        "country: France",
        "balance: zero",
        "Limits",
        "--as-of 2021-01-01 --seed 4",
        f"scikit_learn {trained.manifest.versions.scikit_learn}",
    ):
        assert wanted in said


def test_a_value_of_the_data_is_no_markup_in_the_card(folder: Path) -> None:
    page = Page((folder / "model_card.html").read_text(encoding="utf-8"))
    assert "country: <b>Land</b>" in page.text


def test_the_same_training_writes_the_same_files(
    trained: TrainedModel, folder: Path, tmp_path: Path
) -> None:
    write_model(trained, tmp_path)
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_the_card_of_a_model_without_tenure_says_so(trained: TrainedModel, tmp_path: Path) -> None:
    without: dict[str, Any] = {"trained_as_of": None, "seed": None}
    manifest = trained.manifest.model_copy(update=without)
    write_model(replace(trained, manifest=manifest), tmp_path)
    said = Page((tmp_path / "model_card.html").read_text(encoding="utf-8")).text
    assert "not used" in said
    assert "--as-of" not in said
    assert date(2021, 1, 1).isoformat() not in said
