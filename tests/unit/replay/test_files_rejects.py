"""What is no message is put aside in a file of its own."""

from pathlib import Path

import orjson
import pytest

from tests.unit.replay.replay_files import ids, line, lines, read
from tools.errors import BadInput
from tools.replay.files import Rejects
from tools.replay.source import Rejected


def rejected(content: bytes) -> Rejected:
    return Rejected("events.jsonl, line 1: is not JSON", content, "events.jsonl@1#1", 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rejects.jsonl"


def test_without_rejects_there_is_no_file(path: Path) -> None:
    with Rejects(path) as rejects:
        assert rejects.count == 0
    assert not path.exists()


def test_broken_lines_can_be_mended_and_replayed(tmp_path: Path, path: Path) -> None:
    (tmp_path / "events.jsonl").write_bytes(lines(1) + line(2).replace(b":", b";") + lines(3))
    with Rejects(path) as rejects:
        for piece in read(tmp_path / "events.jsonl"):
            if isinstance(piece, Rejected):
                rejects.add(piece)
    path.write_bytes(path.read_bytes().replace(b";", b":"))
    assert ids(read(path)) == [2]


def test_each_piece_is_in_the_file_before_the_next_is_taken(path: Path) -> None:
    with Rejects(path) as rejects:
        rejects.add(rejected(b"one"))
        assert path.read_bytes() == b"one\n"


def test_where_a_replay_goes_on_they_are_added(path: Path) -> None:
    for content in (b"one", b"two"):
        with Rejects(path) as rejects:
            rejects.add(rejected(content))
    assert path.read_bytes() == b"one\ntwo\n"


def test_only_the_owner_may_read_them(path: Path) -> None:
    with Rejects(path) as rejects:
        rejects.add(rejected(b'{"nom": '))
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"two\nlines", b"\0\xff"])
def test_bytes_that_are_no_line_stay_whole_in_base64(path: Path, content: bytes) -> None:
    with Rejects(path) as rejects:
        rejects.add(rejected(content))
    (entry,) = read(path)
    assert not isinstance(entry, Rejected)
    assert entry.message.data == content
    assert orjson.loads(path.read_bytes())["attributes"] == {}


def test_what_left_nothing_to_mend_is_counted_alone(path: Path) -> None:
    with Rejects(path) as rejects:
        rejects.add(rejected(b""))
    assert rejects.count == 1
    assert not path.exists()


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with (
        Rejects(tmp_path / "none" / "rejects.jsonl") as rejects,
        pytest.raises(BadInput, match=r"rejects\.jsonl: cannot be written: No such file"),
    ):
        rejects.add(rejected(b"one"))
