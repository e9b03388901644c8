"""As many outcomes as deliveries, whichever way a defect breaks it."""

import pytest

from consumer.conservation import conserve
from consumer.errors import ConservationViolated, InvalidEvent
from consumer.message import Message
from consumer.stages import Failed
from tests.builders import message

A, B, C = message(b"a"), message(b"b"), message(b"c")


def outcomes(*messages: Message) -> list[Failed]:
    return [Failed(each, InvalidEvent("no")) for each in messages]


def test_outcomes_come_in_the_order_of_the_deliveries() -> None:
    assert [each.message for each in conserve([A, B, C], outcomes(C, A, B))] == [A, B, C]


def test_no_deliveries_have_no_outcomes() -> None:
    assert conserve([], []) == []


@pytest.mark.parametrize(
    ("batch", "found"),
    [
        ([A, B], [A]),
        ([A, B], [A, A]),
        ([A, B], [A, C]),
        ([A, B], [A, B, C]),
        ([A, B], [A, B, B]),
        ([A, A], [A, B]),
        ([], [A]),
    ],
    ids=["lost", "doubled for lost", "exchanged", "invented", "doubled", "delivered twice", "none"],
)
def test_whatever_does_not_add_up_is_told(batch: list[Message], found: list[Message]) -> None:
    with pytest.raises(ConservationViolated, match=f"{len(batch)} deliveries came to {len(found)}"):
        conserve(batch, outcomes(*found))
