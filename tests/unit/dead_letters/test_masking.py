"""No customer's name is shown unless somebody asks for it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.dead_letter import dead_letter
from consumer.errors import InvalidEvent
from consumer.message import Message
from tests.builders import NOON, message
from tools.dead_letters.masking import NotReadable, masked_data
from tools.dead_letters.showing import full_document, full_text

NAME = "Zwyxnommer"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


def letter_of(original: Message) -> Message:
    outgoing = dead_letter(original, InvalidEvent("age: must be a whole number"), "p/s")
    return Message("77", outgoing.data, outgoing.attributes, NOON)


def shown(data: object, **attributes: str) -> str:
    """Everything that is shown of a message, for a person and for a program."""
    letter = letter_of(message(data, attributes))
    text = "\n".join(full_text(letter, unmasked=False))
    return text + json.dumps(full_document(letter, unmasked=False))


@given(around=JSON, before=st.dictionaries(st.text(max_size=5), JSON, max_size=3))
def test_a_name_is_hidden_at_any_depth(around: object, before: dict[str, object]) -> None:
    data = {**before, "x": [around, {"deeper": {"nom": NAME, "again": {"NOM": [NAME]}}}]}
    assert NAME not in json.dumps(masked_data(json.dumps(data).encode()))


@pytest.mark.parametrize(
    "data",
    [
        {"id_client": 1, "nom": NAME},
        {"specversion": "1.0", "data": {"nom": NAME}},
        {"specversion": "1.0", "data": json.dumps({"nom": NAME})},
        {"specversion": "1.0", "data_base64": NAME},
        [{"nom": NAME}],
        NAME,
        f'{{"nom": "{NAME}'.encode(),
        f"{NAME}é".encode("latin1"),
        f'{{"nom": "{NAME}", "deep": {"[" * 100_000}'.encode(),
        f'{{"{"x" * 10}": {"9" * 5_000}, "nom": "{NAME}"}}'.encode(),
    ],
)
def test_nothing_that_is_shown_holds_a_name(data: object) -> None:
    text = shown(data, nom=NAME, ce_nom=NAME)
    assert NAME.lower() not in text.lower()
    assert "nom: ***" in text


def test_what_is_no_json_object_is_counted_and_not_shown() -> None:
    assert "14 bytes that are no JSON object; --unmasked shows them" in shown(b"Monsieur Dupon")
    assert "no data" in shown(b"")
    with pytest.raises(NotReadable):
        masked_data(b"[1]")


def test_what_is_wrong_can_be_seen() -> None:
    text = shown(b'{"id_client": "1", "balance": NaN, "age": -3}')
    assert '"balance": "NaN"' in text
    assert '"age": -3' in text
    assert "reason        age: must be a whole number" in text


def test_unmasked_shows_names_and_bytes_that_nobody_can_read() -> None:
    letter = letter_of(message(f"{NAME}\x1bé".encode("latin1"), {"nom": NAME}))
    text = "\n".join(full_text(letter, unmasked=True))
    assert f"nom: {NAME}" in text
    assert f"{NAME}�\\xe9" in text
    long = letter_of(message(b"x" * 10_007))
    assert "7 bytes more" in "\n".join(full_text(long, unmasked=True))


def test_a_publisher_cannot_steer_the_terminal() -> None:
    text = shown(b'{"pays": "\x1b[2J"}', ce_id="\x1b[2J\n")
    assert "\x1b" not in text


def test_of_a_damaged_envelope_there_is_what_stands_around_it() -> None:
    letter = Message("77", b"xyz", {"churn-envelope": "gzip+json", "churn-error": "E"}, NOON)
    text = "\n".join(full_text(letter, unmasked=True))
    assert "the envelope is damaged: 3 bytes" in text
    assert "error         E" in text
