"""Which messages are compared, and what is shown meanwhile."""

from datetime import UTC, datetime

from consumer.message import Message
from tests.builders import message
from tests.unit.what_if.pairs import entries, event
from tools.replay.selection import Selection
from tools.replay.source import Entry, Rejected
from tools.what_if.chosen import chosen
from tools.what_if.chunks import Chunk, chunked
from tools.what_if.progress import standing

BROKEN = Rejected("a.jsonl, line 2: is not JSON", b"{", "", 2)


def read(messages: list[Message]) -> list[Entry | Rejected]:
    """A source with a broken piece after the first."""
    first, *others = entries(messages)
    return [first, BROKEN, *others]


def test_without_a_selection_everything_is_meant_up_to_the_limit_of_messages() -> None:
    pieces = read([event(1), message(b"no JSON"), event(3)])
    assert list(chosen(pieces, Selection(), None)) == pieces
    assert list(chosen(pieces, Selection(), 2)) == pieces[:3]


def test_of_a_selection_nothing_is_left_out_unseen_that_cannot_be_read() -> None:
    pieces = read([event(1), message(b"no JSON"), event(2), event(1)])
    meant = list(chosen(pieces, Selection(customers=frozenset({1})), None))
    assert meant == [pieces[0], BROKEN, pieces[2], pieces[4]]
    since = Selection(since=datetime(2025, 1, 1, tzinfo=UTC))
    assert list(chosen(pieces, since, None)) == [BROKEN, pieces[2]]


def test_chunks_hold_so_many_pieces_and_say_how_much_is_read() -> None:
    one, two, three = event(1), event(2), event(3)
    problem = BROKEN.problem
    assert list(chunked(read([one, two, three]), 2)) == [
        Chunk(0, [one], [problem], 2),
        Chunk(1, [two, three], [], 3),
    ]
    assert list(chunked(read([one, two, three]), 3)) == [
        Chunk(0, [one, two], [problem], 2),
        Chunk(2, [three], [], 3),
    ]
    assert list(chunked([])) == []


def test_it_is_said_how_far_it_is_how_fast_and_how_long_it_takes() -> None:
    assert standing(30_000, 250, 1_000, 0.5) == (
        "30,000 messages, 60,000/s, 25% of the source read, 2 s left"
    )
    assert standing(30_000, 250, None, 0.5) == "30,000 messages, 60,000/s"
