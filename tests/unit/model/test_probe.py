import numpy as np

from consumer.frames import frame_of
from consumer.model.probe import hostile_frame, probe_frame
from schemas.manifest import GoldenRow
from schemas.tables import FEATURE_OF_COLUMN, FEATURES, MAX_FLOAT, Kind


def test_every_feature_can_be_probed() -> None:
    frame = probe_frame(tuple(FEATURE_OF_COLUMN), ())
    assert list(frame.columns) == [feature.column for feature in FEATURES]
    assert len(frame) == 25


def test_there_are_whole_rows_and_each_column_is_missing_once() -> None:
    frame = probe_frame(tuple(FEATURE_OF_COLUMN), ())
    assert frame.iloc[:12].notna().all().all()
    assert frame.iloc[12:24].isna().any().all()
    assert frame.iloc[24].isna().all()


def test_golden_rows_are_probed_as_well() -> None:
    golden = (GoldenRow(values=("Italie", 33.0), probability=0.5),)
    frame = probe_frame(("PAYS", "AGE"), golden)
    assert frame.iloc[-1].tolist() == ["Italie", 33.0]


def test_hostile_rows_are_strange_in_one_value_and_the_last_one_is_infinite() -> None:
    golden = (GoldenRow(values=("Italie", 33.0), probability=0.5),)
    frame = hostile_frame(("PAYS", "AGE"), golden)
    assert frame.iloc[0].tolist() == ["Italie", 33.0]
    assert {None, "", "Atlantide"} < set(frame["PAYS"])
    assert {-1.0, 0.0, 1e9, MAX_FLOAT} < set(frame["AGE"])
    ordinary = [frame[column].iloc[1:-1].mode()[0] for column in ("PAYS", "AGE")]
    assert (frame.iloc[1:-1] == ordinary).sum(axis=1).min() == 1
    assert np.isinf(frame["AGE"]).tolist() == [False] * (len(frame) - 1) + [True]


def test_a_frame_has_objects_for_categories_and_floats_for_the_rest() -> None:
    columns = tuple(FEATURE_OF_COLUMN)
    frame = frame_of(columns, [[None] * len(columns), _ordinary(columns)])
    for name, feature in FEATURE_OF_COLUMN.items():
        expected = "object" if feature.kind is Kind.CATEGORY else "float64"
        assert frame[name].dtype == expected
        assert (frame[name].iloc[0] is None) == (feature.kind is Kind.CATEGORY)
        assert frame[name].isna().tolist() == [True, False]  # "NA" is a word like any other


def _ordinary(columns: tuple[str, ...]) -> list[float | str | None]:
    return ["NA" if FEATURE_OF_COLUMN[name].kind is Kind.CATEGORY else 1.0 for name in columns]
