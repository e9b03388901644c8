"""Schemas as resources ("Schema overview", and SchemaService in the API reference)."""

import json
from typing import Any

import pytest
from google.api_core.exceptions import (
    AlreadyExists,
    InvalidArgument,
    NotFound,
)
from google.cloud.pubsub_v1 import SchemaServiceClient

from tests.conformance.marks import differs, documented
from tests.pubsub_fixtures import PubSub
from tests.pubsub_schemas import CUSTOMER, create_schema

pytestmark = documented("Schema overview")

FITS = b'{"id_client": 1, "pays": null}'


def avro(definition: str) -> dict[str, str]:
    return {"type_": "AVRO", "definition": definition}


def test_a_created_schema_has_its_definition_and_a_revision(
    schema_service: SchemaServiceClient, project: str
) -> None:
    created = create_schema(schema_service, project)

    assert created.name == f"{project}/schemas/customer"
    assert (created.type_.name, created.definition) == ("AVRO", CUSTOMER)
    assert len(created.revision_id) == 8
    assert created.revision_create_time is not None


@differs(official="it counts from when the machine was started")
def test_the_time_of_a_revision_is_when_it_was_created(
    schema_service: SchemaServiceClient, project: str
) -> None:
    before = create_schema(schema_service, project, "before")

    after = create_schema(schema_service, project, "after")

    assert before.revision_create_time.timestamp() > 1_700_000_000
    assert before.revision_create_time <= after.revision_create_time


@documented("CreateSchemaRequest")
def test_the_name_in_the_schema_itself_is_ignored(
    schema_service: SchemaServiceClient, project: str
) -> None:
    schema = {**avro(CUSTOMER), "name": "anything"}

    created = schema_service.create_schema(parent=project, schema=schema, schema_id="customer")

    assert created.name == f"{project}/schemas/customer"


def test_a_schema_cannot_be_created_twice(
    schema_service: SchemaServiceClient, project: str
) -> None:
    create_schema(schema_service, project)

    with pytest.raises(AlreadyExists):
        create_schema(schema_service, project)


@pytest.mark.parametrize("schema_id", ["", "ab", "1st", "goog-schema", "with space"])
def test_a_schema_s_id_follows_the_rules_of_names(
    schema_service: SchemaServiceClient, project: str, schema_id: str
) -> None:
    with pytest.raises(InvalidArgument):
        create_schema(schema_service, project, schema_id)


@pytest.mark.parametrize(
    "definition",
    ["", "no JSON", '{"type": "record"}', '{"type": "record", "name": "R", "fields": [{}]}'],
)
def test_a_schema_s_definition_is_avro(
    schema_service: SchemaServiceClient, project: str, definition: str
) -> None:
    with pytest.raises(InvalidArgument):
        create_schema(schema_service, project, definition=definition)
    with pytest.raises(InvalidArgument):
        schema_service.validate_schema(parent=project, schema=avro(definition))


def test_a_schema_s_definition_of_nearly_300_kilobytes_is_taken(
    schema_service: SchemaServiceClient, project: str
) -> None:
    definition = json.dumps(json.loads(CUSTOMER) | {"doc": "x" * 299_000})

    assert create_schema(schema_service, project, definition=definition).definition == definition


@differs(official="it takes definitions of any size")
def test_a_schema_s_definition_has_300_kilobytes_at_most(
    schema_service: SchemaServiceClient, project: str
) -> None:
    definition = json.dumps(json.loads(CUSTOMER) | {"doc": "x" * 310_000})

    with pytest.raises(InvalidArgument):
        create_schema(schema_service, project, definition=definition)


def test_a_schema_has_a_type(schema_service: SchemaServiceClient, project: str) -> None:
    with pytest.raises(InvalidArgument):
        schema_service.create_schema(
            parent=project, schema={"definition": CUSTOMER}, schema_id="customer"
        )


@documented("GetSchemaRequest")
def test_a_schema_is_given_in_full_unless_the_basic_view_is_asked_for(
    schema_service: SchemaServiceClient, project: str
) -> None:
    created = create_schema(schema_service, project)

    assert schema_service.get_schema(name=created.name) == created
    assert schema_service.get_schema(request={"name": created.name, "view": "FULL"}) == created
    basic = schema_service.get_schema(request={"name": created.name, "view": "BASIC"})
    assert (basic.name, basic.type_.name, basic.definition) == (created.name, "AVRO", "")


@documented("GetSchemaRequest")
def test_a_schema_is_found_by_its_revision(
    schema_service: SchemaServiceClient, project: str
) -> None:
    created = create_schema(schema_service, project)

    assert schema_service.get_schema(name=f"{created.name}@{created.revision_id}") == created
    with pytest.raises(NotFound):
        schema_service.get_schema(name=f"{created.name}@00000000")


@documented("GetSchemaRequest")
def test_an_unknown_schema_is_not_found(schema_service: SchemaServiceClient, project: str) -> None:
    with pytest.raises(NotFound):
        schema_service.get_schema(name=f"{project}/schemas/nothing")
    with pytest.raises(NotFound):
        schema_service.delete_schema(name=f"{project}/schemas/nothing")
    with pytest.raises(InvalidArgument):
        schema_service.get_schema(name="nothing")


@documented("ListSchemasRequest")
def test_the_schemas_of_a_project_are_listed_in_pages(
    pubsub: PubSub, schema_service: SchemaServiceClient, project: str
) -> None:
    created = {create_schema(schema_service, project, f"schema-{n}").name for n in range(5)}

    pages = list(
        schema_service.list_schemas(request={"parent": project, "page_size": 2, "view": "FULL"})
    )

    assert {schema.name for schema in pages} == created
    assert {schema.definition for schema in pages} == {CUSTOMER}
    other = f"projects/{pubsub.project()}"
    assert list(schema_service.list_schemas(parent=other)) == []


@documented("ListSchemasRequest")
@differs(official="it lists in full")
def test_a_list_has_no_definitions_unless_the_full_view_is_asked_for(
    schema_service: SchemaServiceClient, project: str
) -> None:
    create_schema(schema_service, project)

    (listed,) = schema_service.list_schemas(parent=project)

    assert (listed.name, listed.definition) == (f"{project}/schemas/customer", "")


@documented("Delete a schema for a topic")
def test_a_deleted_schema_is_not_found(schema_service: SchemaServiceClient, project: str) -> None:
    created = create_schema(schema_service, project)

    schema_service.delete_schema(name=created.name)

    with pytest.raises(NotFound):
        schema_service.get_schema(name=created.name)
    assert list(schema_service.list_schemas(parent=project)) == []


def test_a_definition_can_be_validated_without_creating_it(
    schema_service: SchemaServiceClient, project: str
) -> None:
    schema_service.validate_schema(parent=project, schema=avro(CUSTOMER))

    assert list(schema_service.list_schemas(parent=project)) == []


@documented("ValidateMessageRequest")
@pytest.mark.parametrize("spec", ["name", "schema"])
@pytest.mark.parametrize(
    "case",
    [
        ("JSON", FITS, b'{"id_client": "Dupont", "pays": null}'),
        ("JSON", b'{"id_client": 1, "pays": {"string": "France"}}', b'{"id_client": 1}'),
        ("BINARY", b"\x02\x00", b"\x02"),
        ("BINARY", b"\x02\x02\x0cFrance", b"\x02\x02\x0eFrance"),
    ],
)
def test_a_message_can_be_validated(
    schema_service: SchemaServiceClient, project: str, spec: str, case: tuple[str, bytes, bytes]
) -> None:
    encoding, fits, does_not = case
    created = create_schema(schema_service, project)
    request: dict[str, Any] = {"parent": project, "encoding": encoding}
    request[spec] = created.name if spec == "name" else avro(CUSTOMER)

    schema_service.validate_message(request={**request, "message": fits})
    with pytest.raises(InvalidArgument) as refused:
        schema_service.validate_message(request={**request, "message": does_not})
    assert "Dupont" not in str(refused.value)


@documented("ValidateMessageRequest")
def test_a_message_is_validated_in_an_encoding_against_a_schema(
    schema_service: SchemaServiceClient, project: str
) -> None:
    request = {"parent": project, "message": FITS}

    with pytest.raises(InvalidArgument):
        schema_service.validate_message(request={**request, "schema": avro(CUSTOMER)})
    with pytest.raises(InvalidArgument):
        schema_service.validate_message(request={**request, "encoding": "JSON"})
    with pytest.raises(NotFound):
        schema_service.validate_message(
            request={**request, "encoding": "JSON", "name": f"{project}/schemas/nothing"}
        )
