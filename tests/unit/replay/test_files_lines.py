"""What becomes of the lines of a file, right ones and broken ones."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from consumer.message import Message
from tests.unit.replay.replay_files import STARTED, entries, ids, line, problems, read
from tools.crm.line import Line
from tools.replay.files.found import Problem
from tools.replay.files.json_lines import read_json_lines
from tools.replay.source import Rejected


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


def test_an_exported_message_is_the_message_that_it_was(file: Path) -> None:
    document = {
        "attributes": {"ce-id": "e-1"},
        "data_base64": "AAH/",
        "message_id": "17",
        "publish_time": "2024-05-01T09:30:00.250000Z",
        "ordering_key": "1001",
    }
    file.write_text(json.dumps(document))
    (entry,) = entries(file)
    published = datetime(2024, 5, 1, 9, 30, 0, 250_000, tzinfo=UTC)
    assert entry.message == Message("17", b"\0\1\xff", {"ce-id": "e-1"}, published, "1001")


def test_an_exported_dead_letter_brings_what_is_known_of_it(file: Path) -> None:
    facts = {"error": "UnknownCustomer", "reason": "no customer", "stage": "enrich"}
    file.write_text(json.dumps({"attributes": {}, "data_base64": "e30=", "facts": facts}))
    (entry,) = entries(file)
    assert (entry.message.data, entry.facts) == (b"{}", facts)


def test_facts_that_are_none_are_named(file: Path) -> None:
    file.write_text(json.dumps({"attributes": {}, "data": {}, "facts": {"error": 7}}))
    (problem,) = problems(file)
    assert problem.endswith("line 1: facts must be an object of strings")


def test_what_a_line_does_not_say_comes_from_its_content_and_the_start_of_the_replay(
    file: Path,
) -> None:
    file.write_bytes(b'{"id_client": 7}\n' + line(7) + b'{"specversion": "1.0", "id": "a"}\n')
    first, again = entries(file), entries(file)
    assert first == again
    assert len({entry.message.message_id for entry in first}) == 3
    assert {entry.message.publish_time for entry in first} == {STARTED}


def test_event_data_that_stands_alone_has_an_id_and_a_time_that_stay(file: Path) -> None:
    file.write_bytes(b'{"id_client": 7}\n')
    (entry,) = entries(file)
    assert entry.message.attributes["ce-time"] == "2024-06-01T08:00:00Z"
    assert entry.message.attributes["ce-id"] == entry.message.message_id


def test_a_broken_line_is_named_put_aside_and_passed_over(file: Path) -> None:
    file.write_bytes(line(1) + b"\n" + b'{"id_client": \n' + line(4))
    found = read(file)
    assert ids(found) == [1, 4]
    (broken,) = (piece for piece in found if isinstance(piece, Rejected))
    assert broken.problem == f"{file}, line 3: is not JSON: Expecting value at column 14"
    assert broken.content == b'{"id_client":'


def test_no_value_of_a_broken_line_is_repeated(file: Path) -> None:
    file.write_bytes(b'{"nom": "Dupont", \n{"nom": NaN}\n["Dupont"]\n')
    assert len(problems(file)) == 3
    assert "Dupont" not in "".join(problems(file))


def test_a_last_line_without_a_line_end_counts(file: Path) -> None:
    file.write_bytes(line(1) + line(2).rstrip())
    assert ids(entries(file)) == [1, 2]


def test_a_line_that_is_too_long_is_passed_over_to_its_end() -> None:
    stream = io.BytesIO(line(1) + b"x" * 3_000_000 + b"\n" + line(3) + b"x" * 2_000)
    found = list(read_json_lines(stream, STARTED, skip=0, limit=1_000))
    assert [number for number, _ in found] == [1, 2, 3, 4]
    assert found[1] == (2, Problem("line 2: is longer than 1000 bytes", b""))
    assert found[3] == (4, Problem("line 4: is longer than 1000 bytes", b""))


def test_a_line_of_just_the_limit_is_read() -> None:
    whole = line(1)
    for content in (whole, whole.rstrip()):
        limit = len(whole.rstrip())
        ((_, message),) = read_json_lines(io.BytesIO(content), STARTED, skip=0, limit=limit)
        assert isinstance(message, Line)


def test_lines_are_skipped_unread() -> None:
    stream = io.BytesIO(b"no line\n\n" + b"x" * 100 + b"\n" + line(4))
    ((number, message),) = read_json_lines(stream, STARTED, skip=3, limit=90)
    assert number == 4
    assert isinstance(message, Line)
