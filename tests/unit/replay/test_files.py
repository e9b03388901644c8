"""Files as a source: which are found, in which order, what they hold, and where it goes on."""

from pathlib import Path

import pytest

from tests.unit.replay.replay_files import (
    STARTED,
    avro,
    entries,
    exported,
    ids,
    line,
    lines,
    packed,
    problems,
    read,
)
from tools.errors import BadInput
from tools.replay.files import open_files
from tools.replay.source import Source


def test_a_file_is_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_bytes(lines(1, 2, 3))
    with open_files([str(file)], now=STARTED) as files:
        source: Source = files
        found = list(source.entries())
    assert ids(found) == [1, 2, 3]
    assert (source.name, source.total) == (str(file), found[-1].read)


def test_a_directory_stands_for_all_files_below_it_in_the_order_of_their_names(
    tmp_path: Path,
) -> None:
    (tmp_path / "deep").mkdir()
    for number, name in enumerate(["a.jsonl", "b.jsonl", "deep/a.jsonl", "z.jsonl"]):
        (tmp_path / name).write_bytes(lines(number))
    assert ids(entries(tmp_path)) == [0, 1, 2, 3]


def test_a_glob_stands_for_what_matches(tmp_path: Path) -> None:
    for number, name in enumerate(["2024-04.jsonl", "2024-05.jsonl", "2023-12.jsonl"]):
        (tmp_path / name).write_bytes(lines(number))
    assert ids(entries(tmp_path / "2024-*.jsonl")) == [0, 1]


def test_a_file_whose_name_looks_like_a_glob_is_found_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "events[1].jsonl").write_bytes(lines(1))
    (tmp_path / "events1.jsonl").write_bytes(lines(2))
    assert ids(entries(tmp_path / "events[1].jsonl")) == [1]


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_bytes(lines(1))
    assert ids(entries(tmp_path / "events.jsonl", tmp_path, tmp_path / "*")) == [1]


def test_where_nothing_is_found_the_text_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none\*: no such file; write a path, .*gs://bucket/prefix"):
        read(tmp_path / "none*")


def test_an_empty_directory_is_told_as_well(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        read(tmp_path)


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_bytes(b"")
    assert read(tmp_path) == []


def test_what_a_file_holds_is_told_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "1.avro").write_bytes(lines(1))
    (tmp_path / "2.jsonl").write_bytes(packed(lines(2)))
    (tmp_path / "3.txt").write_bytes(avro([exported(3)]))
    (tmp_path / "4").write_bytes(packed(avro([exported(4)])))
    assert ids(entries(tmp_path)) == [1, 2, 3, 4]


def test_a_mark_of_the_byte_order_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "windows.jsonl").write_bytes(b"\xef\xbb\xbf" + lines(1))
    assert ids(entries(tmp_path)) == [1]


def test_packed_files_may_be_joined(tmp_path: Path) -> None:
    (tmp_path / "joined.gz").write_bytes(packed(lines(1, 2)) + packed(b"") + packed(lines(3)))
    assert ids(entries(tmp_path)) == [1, 2, 3]


def test_of_a_packed_file_that_is_cut_short_counts_what_was_read(tmp_path: Path) -> None:
    whole = packed(b"".join(line(number, message_id=str(number**9)) for number in range(2_000)))
    (tmp_path / "a.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "b.jsonl").write_bytes(lines(7))
    found = read(tmp_path)
    told = problems(tmp_path)
    assert told == [f"{tmp_path}/a.jsonl.gz: is cut short: what follows is missing"]
    customers = ids(found)
    assert 500 < len(customers) < 1_500
    assert customers == [*range(len(customers) - 1), 7]


def test_of_a_packed_file_that_is_broken_counts_what_was_read(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(packed(lines(1)) + b"\x1f\x8bnonsense")
    (tmp_path / "b.gz").write_bytes(b"\x1f\x8b")
    assert ids(read(tmp_path)) == [1]
    assert problems(tmp_path) == [
        f"{tmp_path}/a.gz: is damaged: what follows cannot be unpacked",
        f"{tmp_path}/b.gz: is cut short: what follows is missing",
    ]


def test_how_much_is_read_grows_to_the_total_over_all_files(tmp_path: Path) -> None:
    (tmp_path / "1.jsonl").write_bytes(lines(*range(50)))
    (tmp_path / "2.gz").write_bytes(packed(lines(*range(50))))
    (tmp_path / "3.avro").write_bytes(avro([exported(number) for number in range(50)]))
    with open_files([str(tmp_path)], now=STARTED) as source:
        read_so_far = [entry.read for entry in source.entries()]
    assert read_so_far == sorted(read_so_far)
    assert read_so_far[-1] == source.total == sum(f.stat().st_size for f in tmp_path.iterdir())


def test_a_cursor_into_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "1.jsonl").write_bytes(lines(1, 2))
    (tmp_path / "2.jsonl").write_bytes(lines(3))
    cursor = entries(tmp_path)[0].cursor
    (tmp_path / "1.jsonl").unlink()
    with pytest.raises(BadInput, match=r"1\.jsonl: the replay stopped in this file, which is not"):
        read(tmp_path, after=cursor)


def test_a_cursor_into_a_file_that_has_changed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "1.jsonl").write_bytes(lines(1, 2))
    cursor = entries(tmp_path)[0].cursor
    (tmp_path / "1.jsonl").write_bytes(lines(1, 2, 3))
    with pytest.raises(BadInput, match=r"1\.jsonl: .* which has changed since"):
        read(tmp_path, after=cursor)


@pytest.mark.parametrize("cursor", ["", "17", "file", "file@1#x", "#1"])
def test_a_cursor_of_something_else_is_refused(tmp_path: Path, cursor: str) -> None:
    (tmp_path / "1.jsonl").write_bytes(lines(1))
    with pytest.raises(BadInput, match="does not belong to files"):
        read(tmp_path, after=cursor)


def test_a_file_that_changes_between_looking_and_reading_is_refused(tmp_path: Path) -> None:
    (tmp_path / "1.jsonl").write_bytes(lines(1))
    with open_files([str(tmp_path)], now=STARTED) as source:
        (tmp_path / "1.jsonl").write_bytes(lines(1, 2))
        with pytest.raises(BadInput, match="has changed since it was looked for"):
            list(source.entries())


def test_a_file_that_vanishes_between_looking_and_reading_is_named(tmp_path: Path) -> None:
    (tmp_path / "1.jsonl").write_bytes(lines(1))
    with open_files([str(tmp_path)], now=STARTED) as source:
        (tmp_path / "1.jsonl").unlink()
        with pytest.raises(BadInput, match=r"1\.jsonl: cannot be read: No such file"):
            list(source.entries())


def test_what_is_sent_needs_no_note(tmp_path: Path) -> None:
    (tmp_path / "1.jsonl").write_bytes(lines(1))
    with open_files([str(tmp_path)], now=STARTED) as source:
        source.confirm(entries(tmp_path))
        assert ids(list(source.entries())) == [1]
