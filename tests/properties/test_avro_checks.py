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
