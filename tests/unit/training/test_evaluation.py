from datetime import date

import numpy as np
import pytest
from sklearn.metrics import f1_score

from tests.unit.training.rows import bank
from tools.sample import AS_OF, generate
from tools.training.evaluation import FOLDS, evaluate
from tools.training.table import training_table
from tools.training.threshold import best_threshold


def test_the_threshold_parts_two_groups() -> None:
    churned = np.array([False] * 50 + [True] * 50)
    scores = np.where(churned, 0.7, 0.3)
    assert f1_score(churned, scores >= best_threshold(churned, scores)) == 1


def test_the_threshold_is_right_where_the_scores_are_not() -> None:
    """Scores that are all too low by the same odds have their threshold as much lower."""
    random = np.random.default_rng(0)
    true = random.beta(1, 3, 20_000)
    churned = random.random(20_000) < true
    too_low = true / (true + 4 * (1 - true))
    right = best_threshold(churned, true)
    assert best_threshold(churned, too_low) == pytest.approx(right / (4 - 3 * right), abs=0.01)


def test_chance_hardly_moves_the_threshold() -> None:
    def chosen(seed: int) -> float:
        random = np.random.default_rng(seed)
        scores = random.beta(1, 3, 4_000)
        return best_threshold(random.random(4_000) < scores, scores)

    assert np.ptp([chosen(seed) for seed in range(20)]) < 0.04


def test_the_threshold_is_near_the_best_f1() -> None:
    random = np.random.default_rng(0)
    scores = random.beta(1, 3, 5_000)
    churned = random.random(5_000) < scores
    best = max(f1_score(churned, scores >= at) for at in np.linspace(0.05, 0.95, 91))
    assert f1_score(churned, scores >= best_threshold(churned, scores)) > best - 0.01


def test_a_model_that_cannot_know_is_rated_as_guessing() -> None:
    customers, facts = bank(100)
    random = np.random.default_rng(0)
    facts = [
        row.model_copy(update={"churn": "Yes" if random.random() < 0.5 else "No"}) for row in facts
    ]
    table = training_table(customers, facts, as_of=date(2021, 1, 1))
    evaluation = evaluate(table, seed=0, repeats=2)
    assert 0.35 < evaluation.metrics["roc_auc"] < 0.65


def test_every_customer_is_scored_by_models_that_never_saw_it() -> None:
    table = training_table(*generate(200, 5), as_of=AS_OF)
    counted: list[int] = []

    def progress(steps: object, total: int) -> object:
        counted.append(total)
        return steps

    evaluation = evaluate(table, seed=0, repeats=2, progress=progress)  # type: ignore[arg-type]
    assert counted == [FOLDS * 2]
    assert evaluation.probabilities.shape == table.churned.shape
    assert ((evaluation.probabilities > 0) & (evaluation.probabilities < 1)).all()


def test_the_metrics_agree_with_the_probabilities() -> None:
    table = training_table(*generate(300, 5), as_of=AS_OF)
    metrics = evaluate(table, seed=0, repeats=1).metrics
    assert metrics["customers"] == len(table.churned)
    assert metrics["churn_share"] == pytest.approx(table.churned.mean())
    assert all(0 <= metrics[name] <= 1 for name in ("f1", "roc_auc", "precision", "recall"))
