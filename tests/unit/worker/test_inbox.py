"""How deliveries become batches."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from consumer.subscriber import Inbox


@dataclass(frozen=True)
class Sized:
    """Stands in for a delivery, of which the inbox only knows the size."""

    name: str
    size: int = 1


def inbox(
    *,
    max_events: int = 3,
    max_bytes: int = 100,
    linger: float = 0.0,
    clock: Callable[[], float] = time.monotonic,
) -> Inbox:
    return Inbox(max_events=max_events, max_bytes=max_bytes, linger=linger, clock=clock)


def fill(box: Inbox, *items: Sized) -> None:
    box.put(items)  # type: ignore[arg-type]


def taken(box: Inbox) -> list[str]:
    return [item.name for item in box.take(0.0)]  # type: ignore[attr-defined]


def test_a_batch_ends_at_its_number_of_events() -> None:
    box = inbox(max_events=2)
    fill(box, Sized("a"), Sized("b"), Sized("c"))
    assert [taken(box), taken(box), taken(box)] == [["a", "b"], ["c"], []]


def test_a_batch_ends_before_it_exceeds_its_bytes() -> None:
    box = inbox(max_bytes=100)
    fill(box, Sized("a", 60), Sized("b", 40), Sized("c", 1))
    assert [taken(box), taken(box)] == [["a", "b"], ["c"]]


def test_a_message_larger_than_a_batch_is_a_batch_of_its_own() -> None:
    box = inbox(max_bytes=100)
    fill(box, Sized("small", 10), Sized("huge", 1000), Sized("next", 10))
    assert [taken(box), taken(box), taken(box)] == [["small"], ["huge"], ["next"]]


def test_a_lone_message_does_not_wait_however_long_the_linger() -> None:
    box = inbox(linger=60.0)
    fill(box, Sized("a"))
    assert taken(box) == ["a"]


def test_right_after_a_batch_the_next_lingers_until_it_is_full() -> None:
    box = inbox(max_events=2, linger=60.0)
    fill(box, Sized("a"))
    assert taken(box) == ["a"]
    fill(box, Sized("b"))
    later = threading.Timer(0.05, lambda: fill(box, Sized("c")))
    later.start()
    assert taken(box) == ["b", "c"]
    later.join()


def test_once_the_linger_is_over_a_batch_need_not_be_full() -> None:
    now = [0.0]
    box = inbox(linger=60.0, clock=lambda: now[0])
    fill(box, Sized("a"))
    assert taken(box) == ["a"]
    now[0] = 60.0
    fill(box, Sized("b"))
    assert taken(box) == ["b"]


def test_what_is_removed_is_never_given() -> None:
    box, gone = inbox(max_events=2), Sized("gone", 99)
    fill(box, Sized("a"), gone, Sized("b"))
    box.remove({gone})  # type: ignore[arg-type]
    assert [taken(box), taken(box)] == [["a", "b"], []]


def test_an_empty_inbox_gives_an_empty_batch() -> None:
    assert taken(inbox()) == []
