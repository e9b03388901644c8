"""``google.pubsub.v1.SchemaService``: translates, and leaves the rules to the registry."""

from typing import Any

import grpc

from tools.emulator import wire
from tools.emulator.errors import InvalidArgument
from tools.emulator.names import check_name, check_project
from tools.emulator.paging import page
from tools.emulator.schema_resources import (
    avro_definition,
    encoding,
    find_schema,
    schema_message,
)
from tools.emulator.schemas.avro_types import AvroType
from tools.emulator.schemas.definition import read_definition
from tools.emulator.schemas.encoding import check_message
from tools.emulator.schemas.registry import Schemas
from tools.emulator.status import unary, unimplemented

SERVICE = "google.pubsub.v1.SchemaService"
_REVISIONS = ("ListSchemaRevisions", "CommitSchema", "RollbackSchema", "DeleteSchemaRevision")
_BASIC, _FULL = 1, 2


class SchemaService:
    """The methods of the schema API; each takes and gives a raw protobuf message."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def handlers(self) -> dict[str, grpc.RpcMethodHandler]:
        """Every method of the service by name."""
        return {
            "CreateSchema": unary(wire.CreateSchemaRequest, self._create),
            "GetSchema": unary(wire.GetSchemaRequest, self._get),
            "ListSchemas": unary(wire.ListSchemasRequest, self._list),
            "DeleteSchema": unary(wire.DeleteSchemaRequest, self._delete),
            "ValidateSchema": unary(wire.ValidateSchemaRequest, self._validate_schema),
            "ValidateMessage": unary(wire.ValidateMessageRequest, self._validate_message),
            **{method: unimplemented("revisions of schemas") for method in _REVISIONS},
        }

    def _create(self, request: Any) -> Any:
        name = f"{check_project(request.parent)}/schemas/{request.schema_id}"
        definition = avro_definition(request.schema)
        schema = self._schemas.create(check_name(name, "schemas"), definition)
        return schema_message(schema, full=True)

    def _get(self, request: Any) -> Any:
        """A schema, with its definition unless the basic view is asked for (GetSchemaRequest)."""
        schema = find_schema(self._schemas, request.name)
        return schema_message(schema, full=request.view != _BASIC)

    def _list(self, request: Any) -> Any:
        """The schemas of a project, with definitions in the full view (ListSchemasRequest)."""
        names = self._schemas.names(check_project(request.parent))
        names, token = page(names, request.page_size, request.page_token)
        full = request.view == _FULL
        schemas = [schema_message(self._schemas.get(name), full=full) for name in names]
        return wire.ListSchemasResponse(schemas=schemas, next_page_token=token)

    def _delete(self, request: Any) -> Any:
        self._schemas.delete(check_name(request.name, "schemas"))
        return wire.Empty()

    def _validate_schema(self, request: Any) -> Any:
        check_project(request.parent)
        read_definition(avro_definition(request.schema))
        return wire.ValidateSchemaResponse()

    def _validate_message(self, request: Any) -> Any:
        check_project(request.parent)
        check_message(request.message, self._type(request), encoding(request.encoding))
        return wire.ValidateMessageResponse()

    def _type(self, request: Any) -> AvroType:
        """What a request compares with: a schema that it names, or one that it brings along."""
        match request.WhichOneof("schema_spec"):
            case "name":
                return find_schema(self._schemas, request.name).type
            case "schema":
                return read_definition(avro_definition(request.schema))
        raise InvalidArgument("the request has no schema: set name or schema")
