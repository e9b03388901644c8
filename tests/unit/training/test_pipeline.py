from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer.frames import frame_of
from consumer.model.scoring import probabilities
from schemas.manifest import Value
from schemas.tables import FEATURE_OF_COLUMN, FEATURES, Kind
from tests.unit.training.rows import bank
from tools.sample import AS_OF, generate
from tools.training.gaps import with_gaps, without_indicators
from tools.training.pipeline import fit
from tools.training.table import TrainingTable, training_table

COLUMNS = tuple(FEATURE_OF_COLUMN)
TABLE = training_table(*generate(400, 3), as_of=AS_OF)
MODEL = fit(TABLE.columns, TABLE.frame, TABLE.churned, 0)

WORD = st.one_of(st.none(), st.text(max_size=8), st.sampled_from(["France", "H", "Yes", "NA"]))
NUMBER = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))
ROW = st.tuples(*(WORD if feature.kind is Kind.CATEGORY else NUMBER for feature in FEATURES))


def score(*rows: tuple[Value, ...]) -> list[float]:
    return [float(each) for each in probabilities(MODEL, frame_of(COLUMNS, rows))]


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=5))
def test_whatever_the_values_are_each_row_gets_its_own_probability(
    rows: list[tuple[Value, ...]],
) -> None:
    together = score(*rows)
    assert together == pytest.approx([score(row)[0] for row in rows], abs=1e-12)


def test_an_unknown_country_scores_as_a_missing_one() -> None:
    foreign = tuple("Atlantis" if name == "PAYS" else None for name in COLUMNS)
    nothing = (None,) * len(COLUMNS)
    assert score(foreign) == score(nothing)


@pytest.mark.parametrize(
    ("column", "absurd", "outermost"),
    [("AGE", 250.0, 90.0), ("AGE", -3.0, 18.0), ("NB_PRODUITS", 999.0, 4.0)],
)
def test_an_absurd_number_counts_as_the_outermost_that_is_known(
    column: str, absurd: float, outermost: float
) -> None:
    def row(value: float) -> tuple[Value, ...]:
        return tuple(value if name == column else None for name in COLUMNS)

    assert score(row(absurd)) == score(row(outermost))


def test_an_absurd_age_is_learned_as_the_oldest() -> None:
    def learned(age: float) -> float:
        frame = TABLE.frame.copy()
        frame.loc[0, "AGE"] = age
        model = fit(TABLE.columns, frame, TABLE.churned, 0)
        return float(model.predict_proba(TABLE.frame)[:, 1].mean())

    assert learned(999.0) == learned(90.0)


def blanks(change: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    frame = TABLE.frame.dropna()
    changed = change(frame)
    assert (changed.dtypes == frame.dtypes).all()
    assert not frame.isna().any(axis=None)
    return changed.isna()


def test_gaps_are_spread_over_every_column() -> None:
    share = blanks(lambda frame: with_gaps(frame, np.random.default_rng(0))).mean()
    assert share.between(0.1, 0.3).all()


def test_customers_without_indicators_keep_what_the_customer_table_has() -> None:
    missing = blanks(without_indicators).all()
    assert set(missing[missing].index) == {
        "BALANCE",
        "NB_PRODUITS",
        "CARTE_CREDIT",
        "SALAIRE",
        "SCORE_CREDIT",
    }


def test_the_same_seed_gives_the_same_model() -> None:
    table: TrainingTable = training_table(*bank(), as_of=date(2021, 1, 1))
    one, same, other = (
        fit(table.columns, table.frame, table.churned, seed).predict_proba(table.frame)
        for seed in (1, 1, 2)
    )
    assert (one == same).all()
    assert (one != other).any()
