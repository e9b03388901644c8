"""The exported files are what the models say, and say it in the standards' own terms."""

import json
from pathlib import Path
from typing import Any

import fastavro
import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from schemas.avro import avro_schema
from schemas.export import EXPORTED, exported, write


def test_the_exported_files_are_up_to_date() -> None:
    on_disk = {path.name: path.read_text(encoding="utf-8") for path in EXPORTED.iterdir()}
    assert on_disk == exported(), "schemas/exported is stale: run make schemas"


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    write(tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first


def test_a_file_that_is_no_longer_made_is_deleted(tmp_path: Path) -> None:
    (tmp_path / "gone.json").write_text("{}")
    write(tmp_path)
    assert not (tmp_path / "gone.json").exists()


@pytest.mark.parametrize("path", sorted(EXPORTED.glob("*.json")), ids=lambda path: path.name)
def test_a_json_schema_is_valid_draft_2020_12_and_names_itself(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:churn:schema:{path.stem}"


@pytest.mark.parametrize("path", sorted(EXPORTED.glob("*.avsc")), ids=lambda path: path.name)
def test_an_avro_schema_is_accepted_by_fastavro(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    parsed = fastavro.parse_schema(schema)
    assert isinstance(parsed, dict)
    assert parsed["name"].endswith(schema["name"])


def test_no_schema_says_that_an_absent_field_is_null() -> None:
    schema = json.loads(exported()["customer_update.json"])
    assert not any("default" in field for field in schema["properties"].values())


def test_every_field_of_an_event_but_the_id_may_be_null_in_avro() -> None:
    schema = json.loads(exported()["customer_update.avsc"])
    nullable = {field["name"] for field in schema["fields"] if field["type"][0] == "null"}
    assert nullable == {field["name"] for field in schema["fields"]} - {"id_client"}


def test_every_field_of_what_crosses_the_border_is_described() -> None:
    fields: list[dict[str, Any]] = [
        *json.loads(exported()["customer_update.json"])["properties"].values(),
        *json.loads(exported()["churn_alert.json"])["properties"].values(),
    ]
    assert all("description" in field or "$ref" in field for field in fields)


def test_an_unknown_type_is_an_error_and_not_a_guess() -> None:
    class Strange(BaseModel):
        field: complex

    with pytest.raises(TypeError, match="no Avro type"):
        avro_schema(Strange)
