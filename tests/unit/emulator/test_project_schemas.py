"""This project's own Avro schemas, as schemas of a topic: every valid event can be written so."""

import io
import json
from pathlib import Path
from typing import Any

import fastavro
import pytest

from schemas.events import CustomerUpdate
from tests.examples import Example, examples
from tools.emulator.errors import InvalidArgument
from tools.emulator.schemas.definition import read_definition
from tools.emulator.schemas.encoding import Encoding, check_message

EXPORTED = Path(__file__).parents[3] / "schemas" / "exported"
UPDATE = json.loads((EXPORTED / "customer_update.avsc").read_text())


def by_name(example: Example) -> str:
    return example.name


def record(example: Example) -> dict[str, Any]:
    """Give an event's fields as the schema has them: what the event leaves out is null."""
    data = json.loads(example.data)
    return CustomerUpdate.model_validate(data["data"] if example.structured else data).model_dump()


@pytest.mark.parametrize("path", sorted(EXPORTED.glob("*.avsc")), ids=lambda path: path.name)
def test_an_exported_schema_is_one(path: Path) -> None:
    read_definition(path.read_text())


@pytest.mark.parametrize("example", examples("valid"), ids=by_name)
def test_a_valid_event_fits_as_avro(example: Example) -> None:
    schema = read_definition(json.dumps(UPDATE))
    binary, text = io.BytesIO(), io.StringIO()
    fastavro.schemaless_writer(binary, UPDATE, record(example))
    fastavro.json_writer(text, UPDATE, [record(example)])

    check_message(binary.getvalue(), schema, Encoding.BINARY)
    check_message(text.getvalue().encode(), schema, Encoding.JSON)


@pytest.mark.parametrize("example", examples("valid"), ids=by_name)
@pytest.mark.parametrize("encoding", Encoding)
def test_no_event_fits_as_the_plain_json_that_it_is(example: Example, encoding: Encoding) -> None:
    with pytest.raises(InvalidArgument):
        check_message(example.data, read_definition(json.dumps(UPDATE)), encoding)
