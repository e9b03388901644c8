"""What the schema API of the emulator leaves out, and says so."""

from collections.abc import Iterator

import grpc
import pytest
from google.api_core.exceptions import MethodNotImplemented
from google.cloud.pubsub_v1 import SchemaServiceClient
from google.pubsub_v1.services.schema_service.transports import SchemaServiceGrpcTransport

from tests.emulator_rules import PROJECT
from tests.pubsub_schemas import CUSTOMER, create_schema
from tools.emulator import serve

AVRO = {"type_": "AVRO", "definition": CUSTOMER}
PROTOBUF = {"type_": "PROTOCOL_BUFFER", "definition": 'syntax = "proto3"; message Customer {}'}
COMPILED = {"type_": "AVRO", "compiled_proto_schema": {"root_message": "Customer"}}


@pytest.fixture
def client() -> Iterator[SchemaServiceClient]:
    """Give a client of a server in this process."""
    with serve() as server, grpc.insecure_channel(server.address) as channel:
        yield SchemaServiceClient(transport=SchemaServiceGrpcTransport(channel=channel))


@pytest.mark.parametrize("schema", [PROTOBUF, COMPILED], ids=["text", "compiled"])
def test_protocol_buffers_are_not_implemented(
    client: SchemaServiceClient, schema: dict[str, str]
) -> None:
    with pytest.raises(MethodNotImplemented, match="Avro schemas, not Protocol Buffers"):
        client.create_schema(parent=PROJECT, schema=schema, schema_id="customer")
    with pytest.raises(MethodNotImplemented, match="Avro schemas, not Protocol Buffers"):
        client.validate_schema(parent=PROJECT, schema=schema)


def test_revisions_are_not_implemented(client: SchemaServiceClient) -> None:
    name = create_schema(client, PROJECT).name

    with pytest.raises(MethodNotImplemented, match="revisions of schemas"):
        client.commit_schema(name=name, schema=AVRO)
    with pytest.raises(MethodNotImplemented, match="revisions of schemas"):
        list(client.list_schema_revisions(name=name))
    with pytest.raises(MethodNotImplemented, match="revisions of schemas"):
        client.rollback_schema(name=name, revision_id="00000000")
    with pytest.raises(MethodNotImplemented, match="revisions of schemas"):
        client.delete_schema_revision(name=f"{name}@00000000")
