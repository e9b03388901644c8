"""``google.pubsub.v1.SchemaService``: not there, and says so."""

import grpc

from tools.emulator.status import unimplemented

SERVICE = "google.pubsub.v1.SchemaService"
METHODS = (
    "CreateSchema",
    "GetSchema",
    "ListSchemas",
    "ListSchemaRevisions",
    "CommitSchema",
    "RollbackSchema",
    "DeleteSchemaRevision",
    "DeleteSchema",
    "ValidateSchema",
    "ValidateMessage",
)


def handlers() -> dict[str, grpc.RpcMethodHandler]:
    """Every method of the service by name."""
    return {method: unimplemented("schemas") for method in METHODS}
