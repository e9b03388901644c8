"""A new version still reads what version 1 wrote, and still takes what version 1 took."""

import json
from datetime import date
from pathlib import Path
from typing import Any, cast

import fastavro
import pytest

from schemas.alerts import ChurnAlert
from schemas.events import CustomerUpdate, StructuredEvent
from schemas.export import EXPORTED
from schemas.manifest import Manifest
from tests.examples import EXAMPLES
from tests.unit.schemas.compatibility import incompatibilities

V1 = EXAMPLES / "v1"
V1_SCHEMAS = sorted((V1 / "schemas").glob("*.json"))
V1_AVRO = sorted((V1 / "avro").glob("*.avro"))

PERSON = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer", "maximum": 10},
        "sex": {"anyOf": [{"type": "string", "enum": ["H", "F"]}, {"type": "null"}]},
        "address": {"$ref": "#/$defs/Address"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
    "$defs": {"Address": {"type": "object", "properties": {"city": {"type": "string"}}}},
}


def changed(change: dict[str, Any]) -> dict[str, Any]:
    return PERSON | {"properties": PERSON["properties"] | change}  # type: ignore[operator] # of Any


def avro_records(path: Path, schema: Any = None) -> list[dict[str, Any]]:
    with path.open("rb") as stream:
        return cast("list[dict[str, Any]]", list(fastavro.reader(stream, reader_schema=schema)))


@pytest.mark.parametrize("path", V1_SCHEMAS, ids=lambda path: path.stem)
def test_a_schema_takes_everything_that_version_1_took(path: Path) -> None:
    old = json.loads(path.read_text(encoding="utf-8"))
    new = json.loads((EXPORTED / path.name).read_text(encoding="utf-8"))
    assert incompatibilities(old, new) == []


def test_there_is_a_version_1_of_every_exported_schema() -> None:
    assert {path.name for path in V1_SCHEMAS} >= {path.name for path in EXPORTED.glob("*.json")}
    assert {path.stem for path in V1_AVRO} >= {path.stem for path in EXPORTED.glob("*.avsc")}


@pytest.mark.parametrize(
    ("changed_schema", "said"),
    [
        (PERSON | {"required": ["id", "sex"]}, "$.sex is newly required"),
        (PERSON | {"properties": {"id": {"type": "integer"}}}, "$.sex is gone"),
        (changed({"sex": {"type": "null"}}), "$.sex no longer takes string"),
        (changed({"sex": {"type": "string", "enum": ["H", "F"]}}), "$.sex no longer takes null"),
        (
            changed({"sex": {"anyOf": [{"type": "string", "enum": ["H"]}, {"type": "null"}]}}),
            "$.sex no longer takes ['F']",
        ),
        (changed({"id": {"type": "integer", "maximum": 9}}), "$.id has a smaller maximum"),
        (changed({"id": {"type": "string"}}), "$.id no longer takes integer"),
        (changed({"tags": {"type": "array", "items": {"type": "null"}}}), "$.tags[] no longer"),
        (changed({"address": {"type": "object"}}), "$.address.city is gone"),
    ],
)
def test_a_breaking_change_is_noticed(changed_schema: dict[str, Any], said: str) -> None:
    assert any(text.startswith(said) for text in incompatibilities(PERSON, changed_schema))


@pytest.mark.parametrize(
    "change",
    [
        {"phone": {"type": "string"}},
        {"id": {"type": "number", "maximum": 11}},
        {"address": {"anyOf": [{"$ref": "#/$defs/Address"}, {"type": "null"}]}},
    ],
)
def test_a_widening_change_is_let_through(change: dict[str, Any]) -> None:
    assert incompatibilities(PERSON, changed(change)) == []


def test_an_event_of_version_1_is_read_whole() -> None:
    text = (V1 / "events" / "customer_update.json").read_bytes()
    update = CustomerUpdate.model_validate_json(text)
    assert json.loads(update.model_dump_json(exclude_unset=True)) == json.loads(text)


def test_a_structured_event_of_version_1_is_read_whole() -> None:
    text = (V1 / "events" / "structured_event.json").read_bytes()
    event = StructuredEvent.model_validate_json(text)
    assert json.loads(event.model_dump_json(exclude_unset=True)) == json.loads(text)


@pytest.mark.parametrize("path", sorted((V1 / "alerts").glob("*.json")), ids=lambda path: path.stem)
def test_an_alert_of_version_1_is_read_and_written_again_to_the_same_bytes(path: Path) -> None:
    assert ChurnAlert.decode(path.read_bytes()).encode() == path.read_bytes()


def test_a_manifest_of_version_1_is_read_whole() -> None:
    text = (V1 / "manifests" / "manifest.json").read_text(encoding="utf-8")
    manifest = Manifest.model_validate_json(text)
    assert json.loads(manifest.model_dump_json(exclude_unset=True)) == json.loads(text)


@pytest.mark.parametrize("path", V1_AVRO, ids=lambda path: path.stem)
def test_avro_bytes_of_version_1_are_read_with_the_schema_of_today(path: Path) -> None:
    today = fastavro.parse_schema(json.loads((EXPORTED / f"{path.stem}.avsc").read_text()))
    written = avro_records(path)
    read = avro_records(path, today)
    assert len(read) == len(written) > 0
    for before, after in zip(written, read, strict=True):
        assert {name: after[name] for name in before} == before


def test_the_avro_event_keeps_dates_and_nulls() -> None:
    full, sparse = avro_records(V1 / "avro" / "customer_update.avro")
    assert full["date_entree"] == date(2018, 6, 1)
    assert sparse["date_entree"] is None
