"""JSON Schema, draft 2020-12, from a pydantic model."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema


class _WithoutNoise(GenerateJsonSchema):
    """Leave out titles that repeat the name, and defaults of null: null is never the default.

    An absent field of an event is taken from the database, a null is not; `"default": null`
    would say that they are the same.
    """

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's hook
        """Set no title on fields."""
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Drop a default of null."""
        generated = super().default_schema(schema)
        if generated.get("default", ...) is None:
            del generated["default"]
        return generated


def json_schema(model: type[BaseModel], *, name: str) -> dict[str, Any]:
    """Describe the JSON documents that ``model`` accepts.

    Args:
        model: the root of the documents.
        name: the last part of the schema's ``$id``.
    """
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": f"urn:churn:schema:{name}",
        **model.model_json_schema(schema_generator=_WithoutNoise),
    }
