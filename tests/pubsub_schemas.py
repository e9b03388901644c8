"""Schemas in contract tests."""

import json
from typing import Any

from google.cloud.pubsub_v1 import SchemaServiceClient

CUSTOMER = json.dumps(
    {
        "type": "record",
        "name": "Customer",
        "fields": [
            {"name": "id_client", "type": "long"},
            {"name": "pays", "type": ["null", "string"], "default": None},
        ],
    }
)
"""A definition with what is special about Avro: a union, and a default that changes nothing."""


def create_schema(
    client: SchemaServiceClient,
    project: str,
    schema_id: str = "customer",
    definition: str = CUSTOMER,
) -> Any:
    """Create an Avro schema."""
    schema = {"type_": "AVRO", "definition": definition}
    return client.create_schema(parent=project, schema=schema, schema_id=schema_id)
