"""A tally is the same, however the messages are parted and in whatever order parts are added."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from consumer.message import Message
from tests.unit.what_if.pairs import entries, event, judge, tally
from tools.replay.source import Entry, Rejected
from tools.what_if.chunks import chunked
from tools.what_if.tally import Tally, added, nothing

messages = st.builds(
    event,
    st.integers(1, 4),
    time=st.sampled_from(["2024-05-01T09:30:00Z", "2024-05-01T23:59:59Z", "2024-05-03T00:00:00Z"]),
    age=st.sampled_from([-1, 20, 40, 60, 80, None]),
    pays=st.sampled_from(["France", "Allemagne", "Atlantide", None]),
    churn=st.sampled_from(["Yes", "No", None]),
)
items = st.lists(messages, max_size=12).map(entries)


def told(of: Tally) -> dict[str, Any]:
    """What a tally says, comparable."""
    return {
        "decisions": dict(of.decisions),
        "differences": of.differences.tolist(),
        "days": dict(of.days),
        "times": of.times,
        "left out": dict(of.left_out),
        "problems": list(of.problems),
        "scores": [of.scores.ids.tolist(), of.scores.times.tolist(), of.scores.places.tolist()],
        "values": {name: column.tolist() for name, column in of.scores.values.items()},
        "truths": [of.truths.ids.tolist(), of.truths.values["left"].tolist()],
    }


@settings(max_examples=30)
@given(items, st.integers(1, 5))
def test_chunks_of_any_size_give_the_same(some: list[Entry], most: int) -> None:
    assert told(tally(some, most=most)) == told(tally(some))


@settings(max_examples=30)
@given(items, st.data())
def test_parts_are_added_in_any_order_and_grouping(some: list[Entry], data: st.DataObject) -> None:
    parts = [judge().judge(chunk) for chunk in chunked(some, 2)]
    mixed = data.draw(st.permutations(parts))
    cut = data.draw(st.integers(0, len(mixed)))
    left, right = added([nothing(), *mixed[:cut]]), added([*mixed[cut:], nothing()])
    assert told(added([right, left])) == told(added([nothing(), *parts])) == told(tally(some))


def test_nothing_is_counted_where_nothing_was_read() -> None:
    assert told(tally([])) == told(nothing())


def test_what_is_no_message_is_counted_and_the_first_problems_are_told() -> None:
    def broken(line: int) -> Rejected:
        return Rejected(f"a.jsonl, line {line}: is not JSON", b"{", "", line)

    pieces: list[Entry | Rejected] = [*map(broken, range(1, 9)), *entries([event()])]
    counted = tally(pieces, most=3)
    assert counted.left_out == {"unreadable": 8}
    assert counted.compared == 1
    assert [each.text[:15] for each in counted.problems] == [
        f"a.jsonl, line {line}" for line in range(1, 6)
    ]


def test_an_events_place_counts_messages_alone() -> None:
    bad: Message = event(age=-1)
    pieces: list[Entry | Rejected] = [
        Rejected("a.jsonl, line 1: is not JSON", b"{", "", 1),
        *entries([event(), bad]),
    ]
    assert [each.text for each in tally(pieces).problems] == [
        "a.jsonl, line 1: is not JSON",
        "message 2: age: Input should be greater than or equal to 0",
    ]
