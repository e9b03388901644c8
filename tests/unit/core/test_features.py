"""How events and profiles become the frame of the model."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd

from consumer.decode import decode_message
from consumer.features import carries, columns_of, names_of, tenure
from consumer.frames import frame_of_columns
from consumer.stages import Enriched
from schemas.tables import FEATURES, Profile
from tests.builders import TOPIC, profile, update

ALL_COLUMNS = tuple(feature.column for feature in FEATURES)


def enriched(known: Profile | None, **fields: Any) -> Enriched:
    message = update(1, **fields)
    return Enriched(message, decode_message(message, TOPIC), known)


def frame_of(rows: list[Enriched], columns: Sequence[str]) -> pd.DataFrame:
    return frame_of_columns(columns_of(rows, columns))


def cell(row: Enriched, column: str) -> object:
    return frame_of([row], [column])[column].iloc[0]


def test_what_the_event_carries_wins() -> None:
    assert cell(enriched(profile(age=30), age=55), "AGE") == 55


def test_an_absent_field_comes_from_the_database() -> None:
    assert cell(enriched(profile(pays="Espagne"), age=55), "PAYS") == "Espagne"


def test_an_explicit_null_is_null_whatever_the_database_says() -> None:
    row = enriched(profile(pays="Espagne", balance=5.0), pays=None, balance=None)
    assert cell(row, "PAYS") is None
    assert np.isnan(frame_of([row], ["BALANCE"])["BALANCE"].iloc[0])


def test_a_customer_without_indicators_is_scored_with_nulls() -> None:
    row = enriched(Profile(id_client=1, age=30))
    assert frame_of([row], ["SALAIRE", "SCORE_CREDIT"]).isna().all(axis=None)


def test_columns_stand_in_the_models_order_with_its_types() -> None:
    frame = frame_of([enriched(profile())], ALL_COLUMNS)
    assert tuple(frame.columns) == ALL_COLUMNS
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert kinds["AGE"] == kinds["DATE_ENTREE"] == "float64"
    assert kinds["PAYS"] == kinds["CARTE_CREDIT"] == "object"


def test_tenure_is_counted_to_the_events_own_time() -> None:
    row = enriched(profile(date_entree=date(2024, 4, 1)))
    assert cell(row, "DATE_ENTREE") == 30


def test_the_day_of_an_event_is_its_day_in_utc() -> None:
    late = datetime(2024, 5, 1, 23, 30, tzinfo=timezone(timedelta(hours=-2)))
    assert tenure(date(2024, 5, 1), late) == 1


def test_unknown_since_when_is_no_tenure() -> None:
    assert tenure(None, datetime(2024, 5, 1, tzinfo=UTC)) is None


def test_a_row_is_the_same_whatever_stands_beside_it() -> None:
    first, second = enriched(profile(age=20)), enriched(profile(date_entree=None, pays=None))
    together = frame_of([first, second], ALL_COLUMNS)
    alone = [frame_of([row], ALL_COLUMNS) for row in (first, second)]
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True))


def test_an_event_that_carries_every_column_needs_no_database() -> None:
    needed = names_of(("AGE", "PAYS"))
    assert carries(enriched(None, age=3, pays=None).event, needed)
    assert not carries(enriched(None, age=3).event, needed)
