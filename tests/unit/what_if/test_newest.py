"""The newest event of each customer, whatever comes in which order."""

from typing import NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tools.what_if.newest import Newest, newest


class Row(NamedTuple):
    id: int
    time: int
    place: int


rows = st.lists(
    st.builds(Row, st.integers(-3, 3), st.integers(0, 3), st.integers(0, 10**6)),
    unique_by=lambda row: row.place,
)


def laid_out(some: list[Row]) -> Newest:
    ids, times, places = np.array(some, dtype=np.int64).reshape(-1, 3).T
    return Newest(ids, times, places, {"place": places.astype(np.float64)})


def read(kept: Newest) -> list[Row]:
    assert kept.values["place"].tolist() == kept.places.tolist()
    columns = (kept.ids.tolist(), kept.times.tolist(), kept.places.tolist())
    return [Row(*each) for each in zip(*columns, strict=True)]


@given(rows)
def test_of_each_customer_the_newest_row_is_kept_and_of_one_time_the_later(some: list[Row]) -> None:
    expected = {row.id: row for row in sorted(some, key=lambda row: (row.id, row.time, row.place))}
    assert read(newest([laid_out(some)])) == list(expected.values())


@given(rows, st.data())
def test_parts_may_come_in_any_order_and_grouping(some: list[Row], data: st.DataObject) -> None:
    mixed = data.draw(st.permutations(some))
    cut, other = sorted(data.draw(st.tuples(*[st.integers(0, len(some))] * 2)))
    first, second, third = (
        laid_out(part) for part in (mixed[:cut], mixed[cut:other], mixed[other:])
    )
    whole = read(newest([laid_out(some)]))
    assert read(newest([first, second, third])) == whole
    assert read(newest([newest([third, first]), second])) == whole
    assert read(newest([third, newest([second, first])])) == whole
