"""Dead letters in lists and groups, in files, and among those that are purged."""

import base64
import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from consumer.dead_letter import dead_letter
from consumer.errors import EventError, InvalidEvent, UnknownCustomer
from consumer.message import Message
from tests.builders import NOON, message, update
from tools.dead_letters.choosing import Choice
from tools.dead_letters.exporting import exported_line, write_lines
from tools.dead_letters.grouping import grouped
from tools.dead_letters.lines import document, line
from tools.downstream.dead_letters import BY_POLICY
from tools.errors import BadInput

UNKNOWN = UnknownCustomer("the database has no such customer")
BY_PUBSUB = Message(
    "3", b"{}", {"CloudPubSubDeadLetterSourceDeliveryCount": "10"}, NOON + timedelta(hours=3)
)


def letter(
    message_id: str, error: EventError = UNKNOWN, original: Message | None = None, *, hours: int = 1
) -> Message:
    """A dead letter that became one so many hours after the event."""
    outgoing = dead_letter(original or update(1), error, "p/s")
    return Message(message_id, outgoing.data, outgoing.attributes, NOON + timedelta(hours=hours))


def test_a_line_says_which_and_why_and_nothing_of_what() -> None:
    redriven = update(1, nom="Dupont")
    redriven = redriven._replace(attributes={**redriven.attributes, "churn-redrives": "2"})
    assert line(letter("77", original=redriven)).plain == (
        "77  2024-05-01T13:00:00Z  UnknownCustomer  in enrich, redrives: 2"
        "  the database has no such customer"
    )
    assert (
        line(BY_PUBSUB).plain == f"3  2024-05-01T15:00:00Z  (none)  after 10 attempts  {BY_POLICY}"
    )
    assert document(letter("77", original=redriven))["redrives"] == 2


def test_dead_letters_are_grouped_by_error_and_reason_the_largest_first() -> None:
    at = [InvalidEvent(f"the data is not JSON: column {each}") for each in (7, 19)]
    groups = grouped(
        [BY_PUBSUB, letter("a", at[0], hours=2), letter("b", at[1]), letter("c", at[1])]
    )
    assert groups.total == 4
    first, second = groups.largest_first()
    assert (first.error, first.reason) == ("InvalidEvent", "the data is not JSON: column #")
    assert first.document(4) == {
        "error": "InvalidEvent",
        "reason": "the data is not JSON: column #",
        "count": 3,
        "share": 0.75,
        "redriven": 0,
        "first": "2024-05-01T13:00:00Z",
        "last": "2024-05-01T14:00:00Z",
        "oldest_first_seen": "2024-05-01T12:00:00Z",
        "example": "a",
    }
    assert (second.error, second.reason, second.count) == ("(none)", BY_POLICY, 1)


def test_a_reason_is_asked_for_by_a_part_of_it_or_of_the_error_in_any_case() -> None:
    for part in ("UNKNOWNcust", "no such"):
        assert Choice(reason=part).includes(letter("1"))
    assert not Choice(reason="policy").includes(letter("1"))
    assert Choice(reason="policy moved").includes(BY_PUBSUB)


@pytest.mark.parametrize(
    "data",
    [
        {"id_client": 42},
        {"id_client": "42", "nom": "x"},
        {"id_client": 42.0},
        {"specversion": "1.0", "data": {"id_client": 42}},
    ],
)
def test_the_dead_letters_of_a_customer_are_found_also_where_the_id_is_wrong(data: object) -> None:
    found = letter("1", original=message(data, {"nom": "in an envelope"}))
    assert Choice(customer=42).includes(found)
    assert not Choice(customer=4).includes(found)


@pytest.mark.parametrize("data", [b"42", b"{", {"id_client": True}, {"data": [42]}, {}])
def test_where_no_id_can_be_read_a_customer_has_no_dead_letter(data: object) -> None:
    assert not Choice(customer=42).includes(letter("1", original=message(data)))
    assert not Choice(customer=1).includes(letter("1", original=message(data)))


@pytest.mark.parametrize(
    ("choice", "chosen"),
    [
        (Choice(), {"1", "2", "3"}),
        (Choice(message_ids=frozenset({"2", "x"})), {"2"}),
        (Choice(error="UnknownCustomer"), {"1"}),
        (Choice(error="unknown"), set()),
        (Choice(reason="whole number"), {"2"}),
        (Choice(before=NOON + timedelta(hours=2)), {"1"}),
        (Choice(before=NOON + timedelta(hours=2), error="InvalidEvent"), set()),
    ],
)
def test_only_what_meets_everything_that_is_asked_for_is_purged(
    choice: Choice, chosen: set[str]
) -> None:
    invalid = letter("2", InvalidEvent("age: must be a whole number"), hours=2)
    letters = [letter("1"), invalid, BY_PUBSUB]
    assert {each.message_id for each in letters if choice.includes(each)} == chosen


def test_a_line_of_the_file_holds_the_original_and_why_it_was_a_dead_letter() -> None:
    original = message(b"\xff", {"nom": "Dupont", "ce-id": "1"})
    written = json.loads(exported_line(letter("77", original=original)))
    assert base64.b64decode(written.pop("data_base64")) == b"\xff"
    assert written == {
        "message_id": "77",
        "publish_time": "2024-05-01T12:00:00Z",
        "ordering_key": "",
        "attributes": {"nom": "Dupont", "ce-id": "1"},
        "facts": {
            "error": "UnknownCustomer",
            "reason": "the database has no such customer",
            "stage": "enrich",
            "attempts": "1",
        },
    }


def test_the_file_is_for_its_owner_alone_and_replaces_none(tmp_path: Path) -> None:
    path = tmp_path / "letters.jsonl"
    write_lines(path, [b"1\n", b"2\n"])
    assert path.read_bytes() == b"1\n2\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(BadInput, match="is there already"):
        write_lines(path, [b"3\n"])
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_finished_is_not_there(tmp_path: Path) -> None:
    def interrupted() -> Iterator[bytes]:
        yield b"1\n"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_lines(tmp_path / "letters.jsonl", interrupted())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written: No such file or directory"):
        write_lines(tmp_path / "none" / "letters.jsonl", [])
