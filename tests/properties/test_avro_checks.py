"""The checks of Avro data beside fastavro, which knows nothing of them.

What fastavro writes fits. What it cannot read does not: then the refusal is the rules' own, never
another exception. The reverse does not hold: fastavro reads what is no Avro.
"""

import io
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.avro_strategies import Sample, definitions, samples
from tools.emulator.errors import InvalidArgument
from tools.emulator.schemas.definition import read_definition
from tools.emulator.schemas.encoding import Encoding, check_message


def write_binary(sample: Sample) -> bytes:
    buffer = io.BytesIO()
    fastavro.schemaless_writer(buffer, sample.schema, sample.datum)
    return buffer.getvalue()


def write_json(sample: Sample) -> bytes:
    buffer = io.StringIO()
    fastavro.json_writer(buffer, sample.schema, [sample.datum])
    return buffer.getvalue().encode()


def read_binary(schema: Any, data: bytes) -> None:
    """Read a datum, or raise whatever fastavro raises."""
    buffer = io.BytesIO(data)
    fastavro.schemaless_reader(buffer, schema, None)
    assert not buffer.read(), "there is more after the datum"


def read_json(schema: Any, data: bytes) -> None:
    """Read a document; fastavro takes lines for documents, so line ends become spaces."""
    text = data.decode().replace("\n", " ").replace("\r", " ")
    assert len(list(fastavro.json_reader(io.StringIO(text), schema))) == 1


@dataclass(frozen=True, slots=True)
class Form:
    """An encoding, and how fastavro writes and reads it."""

    encoding: Encoding
    write: Callable[[Sample], bytes]
    read: Callable[[Any, bytes], None]


FORMS = [
    pytest.param(Form(Encoding.BINARY, write_binary, read_binary), id="binary"),
    pytest.param(Form(Encoding.JSON, write_json, read_json), id="json"),
]


def fits(sample: Sample, data: bytes, encoding: Encoding) -> bool:
    """Whether the rules take the data; every other end is a failure."""
    schema = read_definition(json.dumps(sample.schema))
    with suppress(InvalidArgument):
        check_message(data, schema, encoding)
        return True
    return False


def can_read(form: Form, schema: Any, data: bytes) -> bool:
    try:
        form.read(schema, data)
    except Exception:  # noqa: BLE001 - fastavro raises what its parts raise
        return False
    return True


@pytest.mark.parametrize("form", FORMS)
@given(sample=samples())
def test_what_fastavro_writes_fits(form: Form, sample: Sample) -> None:
    assert fits(sample, form.write(sample), form.encoding)


@pytest.mark.parametrize("form", FORMS)
@given(sample=samples(), mutation=st.data())
def test_what_fastavro_cannot_read_does_not_fit(
    form: Form, sample: Sample, mutation: st.DataObject
) -> None:
    data = mutation.draw(mutated(form.write(sample)), label="mutated")

    taken = fits(sample, data, form.encoding)

    assert not taken or can_read(form, sample.schema, data)


ENUM = {"type": "enum", "name": "E", "symbols": ["A", "B"]}
FIXED = {"type": "fixed", "name": "F", "size": 2}


@pytest.mark.parametrize(
    ("field", "data"),
    [
        pytest.param("boolean", b"\x02", id="2 for true"),
        pytest.param("int", b"\x80\x80\x80\x80\x10", id="an int of 33 bits"),
        pytest.param("long", b"\xff" * 9 + b"\x02", id="a long of 65 bits"),
        pytest.param(ENUM, b"\x01", id="the symbol -1"),
        pytest.param({"type": "array", "items": "int"}, b"\x01\x06\x02\x00", id="a block's size"),
        pytest.param("int", b'{"f": 1, "g": 2}', id="an unknown field"),
        pytest.param("int", b'{"f": 1, "f": 2}', id="a field twice"),
        pytest.param("int", b'{"f": "x"}', id="text for an int"),
        pytest.param("int", b'{"f": 1.5}', id="a fraction for an int"),
        pytest.param("int", b'{"f": true}', id="true for an int"),
        pytest.param("null", b'{"f": 5}', id="5 for null"),
        pytest.param("double", b'{"f": NaN}', id="NaN"),
        pytest.param(FIXED, b'{"f": "abc"}', id="3 bytes for 2"),
        pytest.param(["null", "string"], b'{"f": {"string": "", "null": null}}', id="two types"),
    ],
)
def test_what_fastavro_reads_though_it_is_no_avro_does_not_fit(field: Any, data: bytes) -> None:
    schema = {"type": "record", "name": "R", "fields": [{"name": "f", "type": field}]}
    json_form = data.startswith(b"{")

    (read_json if json_form else read_binary)(schema, data)
    assert not fits(Sample(schema, None), data, Encoding.JSON if json_form else Encoding.BINARY)


@given(definition=definitions())
def test_a_definition_is_read_or_refused(definition: Any) -> None:
    with suppress(InvalidArgument):
        read_definition(json.dumps(definition))


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """Replace a few bytes at one place by others."""
    start = draw(st.integers(0, len(data)))
    length = draw(st.integers(0, 3))
    return data[:start] + draw(st.binary(max_size=3)) + data[start + length :]
