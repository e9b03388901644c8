"""JSON comes back with the values that it had, whichever parser read it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.crm.json_text import BadLine, parse, written

ANY_TEXT = st.text(st.characters())  # with halves of surrogate pairs
NUMBERS = st.integers() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False)
FINITE = NUMBERS.filter(lambda number: abs(number) != float("inf"))
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | FINITE | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
)


def spelled(document: Any) -> str:
    """Tells 1 from 1.0 and from true, and 0.0 from -0.0."""
    return json.dumps(document)


@given(DOCUMENTS)
def test_a_document_keeps_its_values(document: Any) -> None:
    text = json.dumps(document).encode()
    assert spelled(parse(text)) == spelled(document)
    assert spelled(json.loads(written(parse(text)))) == spelled(document)


@given(st.text(alphabet='[]{}",:0123456789.eE+-tfnul \\ud', max_size=30))
def test_what_one_parser_takes_the_other_takes(text: str) -> None:
    try:
        expected = json.loads(text, parse_constant=refuse)
    except ValueError:
        with pytest.raises(BadLine):
            parse(text.encode())
    else:
        read_or_too_large(text, expected)


def refuse(constant: str) -> None:
    raise ValueError(constant)


def read_or_too_large(text: str, expected: Any) -> None:
    if "Infinity" in spelled(expected):
        with pytest.raises(BadLine, match="beyond what a double holds"):
            parse(text.encode())
    else:
        assert spelled(parse(text.encode())) == spelled(expected)


def test_of_repeated_keys_the_last_counts() -> None:
    assert parse(b'{"a": 1, "b": 2, "a": 3}') == {"a": 3, "b": 2}


def test_a_document_that_is_nested_deeper_than_orjson_writes_is_written() -> None:
    text = b"[" * 300 + b"]" * 300
    assert written(parse(text)) == text
