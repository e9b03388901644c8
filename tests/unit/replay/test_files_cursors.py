"""Wherever a replay stopped, it goes on with the very next piece."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.replay.replay_files import (
    DATA_SCHEMA,
    STARTED,
    avro,
    exported,
    line,
    packed,
)
from tools.replay.files import open_files

LINES = st.lists(
    st.sampled_from([line(1), line(2), b"\n", b"no line\n", b'{"id_client": 3}\n', b"\xff\n"]),
    max_size=8,
).map(b"".join)
EXPORTS = st.builds(
    lambda count, codec, size: avro(
        [exported(number) for number in range(count)], codec=codec, block_bytes=size
    ),
    st.integers(0, 8),
    st.sampled_from(["null", "deflate"]),
    st.integers(1, 600),
)
DATA = st.lists(st.sampled_from([b'{"id_client": 1}', b"oops"]), max_size=6).map(
    lambda pieces: avro([{"data": piece} for piece in pieces], DATA_SCHEMA, block_bytes=40)
)


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    """A file of any kind, packed or not, whole or cut short or with a wrong byte."""
    content: bytes = draw(st.one_of(LINES, EXPORTS, DATA))
    if draw(st.booleans()):
        content = packed(content)
    if content and draw(st.booleans()):
        at = draw(st.integers(0, len(content) - 1))
        content = content[:at] + draw(st.sampled_from([b"", b"\0", b"\xff" + content[at + 1 :]]))
    return content


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@settings(max_examples=100)
@given(files=st.lists(contents(), min_size=1, max_size=3))
def test_behind_any_piece_comes_the_rest(directory: Path, files: list[bytes]) -> None:
    for number, content in enumerate(files):
        (directory / str(number)).write_bytes(content)
    names = [str(directory / str(number)) for number in range(len(files))]
    with open_files(names, now=STARTED) as source:
        everything = list(source.entries())
        assert list(source.entries()) == everything
        for done, piece in enumerate(everything, 1):
            assert list(source.entries(piece.cursor)) == everything[done:]
