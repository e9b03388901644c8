"""Schemas and the schema settings of topics: from the API's messages to the rules and back."""

from collections.abc import Mapping
from typing import Any

from google.pubsub_v1 import types

from tools.emulator.errors import InvalidArgument, Unimplemented
from tools.emulator.names import check_name
from tools.emulator.schemas.encoding import Encoding
from tools.emulator.schemas.registry import Schema, Schemas
from tools.emulator.schemas.topic_schema import TopicSchema
from tools.emulator.wire import Schema as SchemaMessage

_ENCODINGS: Mapping[int, Encoding] = {
    types.Encoding.JSON: Encoding.JSON,
    types.Encoding.BINARY: Encoding.BINARY,
}
_NUMBERS = {encoding: number for number, encoding in _ENCODINGS.items()}


def avro_definition(schema: Any) -> str:
    """Give the definition in a ``Schema``.

    Raises:
        InvalidArgument: it has no type.
        Unimplemented: it is for Protocol Buffers.
    """
    if schema.type_ == SchemaMessage.PROTOCOL_BUFFER or schema.HasField("compiled_proto_schema"):
        raise Unimplemented("the embedded emulator knows Avro schemas, not Protocol Buffers")
    if schema.type_ != SchemaMessage.AVRO:
        raise InvalidArgument("the schema has no type: set it to AVRO")
    definition: str = schema.definition
    return definition


def schema_message(schema: Schema, *, full: bool) -> Any:
    """Write a ``Schema``; the definition is in the full view alone."""
    message = SchemaMessage(
        name=schema.name,
        type_=SchemaMessage.AVRO,
        definition=schema.definition if full else "",
        revision_id=schema.revision_id,
    )
    message.revision_create_time.FromNanoseconds(schema.create_time)
    return message


def find_schema(schemas: Schemas, name: str) -> Schema:
    """Find a schema by its name, or by ``NAME@REVISION``.

    Raises:
        InvalidArgument: it is no name of a schema.
        NotFound: there is no such schema or revision.
    """
    name, _, revision_id = name.partition("@")
    return schemas.get(check_name(name, "schemas"), revision_id)


def encoding(number: int) -> Encoding:
    """Read an ``Encoding``.

    Raises:
        InvalidArgument: it is not given.
    """
    if number not in _ENCODINGS:
        raise InvalidArgument("the schema's encoding is not given: set it to JSON or BINARY")
    return _ENCODINGS[number]


def topic_schema(topic: Any, schemas: Schemas, current: TopicSchema | None) -> TopicSchema | None:
    """Read the ``schema_settings`` of a ``Topic``; None where it has none.

    Settings that are as they were keep a schema that was deleted since.

    Raises:
        InvalidArgument: the encoding is not given, or the name is none.
        NotFound: there is no such schema or revision.
    """
    if not topic.HasField("schema_settings"):
        return None
    settings = topic.schema_settings
    if current is not None and settings.schema == current.name and current.deleted:
        schema = current.schema
    else:
        schema = schemas.get(check_name(settings.schema, "schemas"))
        for revision_id in (settings.first_revision_id, settings.last_revision_id):
            schemas.get(schema.name, revision_id)
    return TopicSchema(
        schema=schema,
        encoding=encoding(settings.encoding),
        first_revision_id=settings.first_revision_id,
        last_revision_id=settings.last_revision_id,
    )


def write_topic_schema(schema: TopicSchema, topic: Any) -> None:
    """Write the ``schema_settings`` of a ``Topic``."""
    topic.schema_settings.schema = schema.name
    topic.schema_settings.encoding = _NUMBERS[schema.encoding]
    topic.schema_settings.first_revision_id = schema.first_revision_id
    topic.schema_settings.last_revision_id = schema.last_revision_id
