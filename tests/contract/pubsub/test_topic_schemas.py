"""Topics with a schema ("Associate a schema with a topic", and SchemaSettings in the reference)."""

import io
import json
from pathlib import Path
from typing import Any

import fastavro
import google.pubsub_v1 as api
import pytest
from google.api_core.exceptions import InvalidArgument, NotFound
from google.cloud.pubsub_v1 import PublisherClient, SchemaServiceClient, SubscriberClient

from schemas.events import CustomerUpdate
from tests.conformance.marks import differs, documented
from tests.examples import EXAMPLES
from tests.pubsub_puller import Puller
from tests.pubsub_schemas import create_schema

pytestmark = documented("Associate a schema with a topic")

FITS = b'{"id_client": 1, "pays": null}'
BINARY = b"\x02\x02\x0cFrance"
EXPORTED = Path(__file__).parents[3] / "schemas" / "exported" / "customer_update.avsc"


@pytest.fixture
def schema(schema_service: SchemaServiceClient, project: str) -> Any:
    """Give a schema that exists."""
    return create_schema(schema_service, project)


@pytest.fixture
def topic(publisher: PublisherClient, project: str, schema: Any) -> str:
    """Give a topic that takes JSON of the schema."""
    return create_topic(publisher, project, schema.name)


def create_topic(
    publisher: PublisherClient, project: str, schema: str, encoding: str = "JSON", **more: str
) -> str:
    settings = {"schema": schema, "encoding": encoding, **more}
    request = {"name": f"{project}/topics/updates", "schema_settings": settings}
    return str(publisher.create_topic(request=request).name)


def update(publisher: PublisherClient, topic: str, path: str, **fields: Any) -> Any:
    request = {"topic": {"name": topic, **fields}, "update_mask": {"paths": [path]}}
    return publisher.update_topic(request=request)


def publish(publisher: PublisherClient, topic: str, *data: bytes, **attributes: str) -> None:
    """Publish messages in one request."""
    messages = [{"data": each, "attributes": attributes} for each in data]
    request = {"topic": topic, "messages": messages}
    api.PublisherClient.publish(publisher, request=request, retry=None)


def test_a_topic_shows_its_schema(publisher: PublisherClient, topic: str, schema: Any) -> None:
    settings = publisher.get_topic(topic=topic).schema_settings

    assert (settings.schema, settings.encoding.name) == (schema.name, "JSON")


def test_a_topic_s_schema_exists(
    publisher: PublisherClient, project: str, topic: str, schema: Any
) -> None:
    nothing = {"schema": f"{project}/schemas/nothing", "encoding": "JSON"}

    with pytest.raises(NotFound):
        create_topic(publisher, project, nothing["schema"])
    with pytest.raises(NotFound):
        update(publisher, topic, "schema_settings", schema_settings=nothing)
    assert publisher.get_topic(topic=topic).schema_settings.schema == schema.name


def test_a_topic_s_schema_has_an_encoding(
    publisher: PublisherClient, project: str, schema: Any
) -> None:
    with pytest.raises(InvalidArgument):
        create_topic(publisher, project, schema.name, "ENCODING_UNSPECIFIED")
    with pytest.raises(InvalidArgument):
        create_topic(publisher, project, "")


@documented("SchemaSettings")
def test_a_topic_may_name_the_range_of_revisions(
    publisher: PublisherClient, project: str, schema: Any
) -> None:
    with pytest.raises(NotFound):
        create_topic(publisher, project, schema.name, first_revision_id="00000000")
    with pytest.raises(NotFound):
        create_topic(publisher, project, schema.name, last_revision_id="00000000")

    topic = create_topic(publisher, project, schema.name, first_revision_id=schema.revision_id)

    settings = publisher.get_topic(topic=topic).schema_settings
    assert (settings.first_revision_id, settings.last_revision_id) == (schema.revision_id, "")


@documented("Parse messages from a topic with a schema")
def test_a_message_that_fits_comes_through_and_says_by_which_schema(
    publisher: PublisherClient, topic: str, subscription: Puller, schema: Any
) -> None:
    publish(publisher, topic, FITS, pays="France", googclient_schemaname="mine")

    (received,) = subscription.pull(1)
    assert received.message.data == FITS
    assert dict(received.message.attributes) == {
        "pays": "France",
        "googclient_schemaname": schema.name,
        "googclient_schemaencoding": "JSON",
        "googclient_schemarevisionid": schema.revision_id,
    }


@documented("Parse messages from a topic with a schema")
def test_a_message_in_binary_says_so(
    publisher: PublisherClient, subscriber: SubscriberClient, project: str, schema: Any
) -> None:
    topic = create_topic(publisher, project, schema.name, "BINARY")
    puller = Puller.create(subscriber, name=f"{project}/subscriptions/worker", topic=topic)

    publish(publisher, topic, BINARY)

    (received,) = puller.pull(1)
    assert received.message.data == BINARY
    assert received.message.attributes["googclient_schemaencoding"] == "BINARY"


@documented("Schema overview")
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"no JSON", id="no JSON"),
        pytest.param(BINARY, id="the other encoding"),
        pytest.param(b'{"id_client": "1", "pays": null}', id="another type"),
        pytest.param(b'{"id_client": 1}', id="a field that is missing"),
        pytest.param(b'{"id_client": 1, "pays": "France"}', id="a union that is bare"),
    ],
)
def test_a_message_that_does_not_fit_is_not_published_nor_are_those_with_it(
    publisher: PublisherClient, topic: str, subscription: Puller, data: bytes
) -> None:
    with pytest.raises(InvalidArgument):
        publish(publisher, topic, FITS, data, key="value")

    assert subscription.pull_once() == []


@documented("Schema overview")
@differs(official="it takes fractions, unknown fields and text after the document")
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'{"id_client": 1, "pays": null, "age": 3}', id="an unknown field"),
        pytest.param(b'{"id_client": 1.5, "pays": null}', id="a fraction for a long"),
        pytest.param(FITS + b" x", id="text after it"),
        pytest.param(FITS + FITS, id="two documents"),
    ],
)
def test_a_message_is_exactly_one_document_of_the_schema(
    publisher: PublisherClient, topic: str, data: bytes
) -> None:
    with pytest.raises(InvalidArgument):
        publish(publisher, topic, data)


def test_a_schema_can_be_set_changed_and_taken_away(
    publisher: PublisherClient, topic: str, schema: Any
) -> None:
    update(
        publisher,
        topic,
        "schema_settings",
        schema_settings={"schema": schema.name, "encoding": "BINARY"},
    )
    publish(publisher, topic, BINARY)

    updated = update(publisher, topic, "schema_settings")

    assert "schema_settings" not in updated
    publish(publisher, topic, b"anything")


@documented("Delete a schema for a topic")
def test_a_topic_of_a_deleted_schema_says_so_and_takes_no_messages(
    publisher: PublisherClient, schema_service: SchemaServiceClient, topic: str, schema: Any
) -> None:
    schema_service.delete_schema(name=schema.name)

    assert publisher.get_topic(topic=topic).schema_settings.schema == "_deleted-schema_"
    with pytest.raises(NotFound):
        publish(publisher, topic, FITS)


@documented("Delete a schema for a topic")
def test_a_new_schema_of_the_same_name_is_another(
    publisher: PublisherClient,
    schema_service: SchemaServiceClient,
    project: str,
    topic: str,
    schema: Any,
) -> None:
    schema_service.delete_schema(name=schema.name)
    again = create_schema(schema_service, project)

    assert again.revision_id != schema.revision_id
    assert publisher.get_topic(topic=topic).schema_settings.schema == "_deleted-schema_"
    with pytest.raises(NotFound):
        publish(publisher, topic, FITS)


@documented("SchemaSettings")
@differs(official="it looks for the deleted schema")
def test_what_else_a_topic_of_a_deleted_schema_has_can_be_updated(
    publisher: PublisherClient,
    schema_service: SchemaServiceClient,
    topic: str,
    schema: Any,
) -> None:
    schema_service.delete_schema(name=schema.name)

    updated = update(
        publisher, topic, "message_retention_duration", message_retention_duration="600s"
    )

    assert updated.schema_settings.schema == "_deleted-schema_"


@documented("Parse messages from a topic with a schema")
def test_a_message_of_a_deleted_schema_says_so(
    publisher: PublisherClient,
    schema_service: SchemaServiceClient,
    topic: str,
    subscription: Puller,
    schema: Any,
) -> None:
    publish(publisher, topic, FITS)

    schema_service.delete_schema(name=schema.name)

    (received,) = subscription.pull(1)
    assert dict(received.message.attributes) == {
        "googclient_schemaname": "_deleted-schema_",
        "googclient_schemaencoding": "JSON",
        "googclient_schemarevisionid": "_deleted-schema-revision_",
    }


@pytest.mark.parametrize("encoding", ["JSON", "BINARY"])
def test_an_event_fits_as_avro_and_not_as_plain_json(
    publisher: PublisherClient,
    schema_service: SchemaServiceClient,
    project: str,
    encoding: str,
) -> None:
    exported = json.loads(EXPORTED.read_text())
    created = create_schema(schema_service, project, definition=json.dumps(exported))
    topic = create_topic(publisher, project, created.name, encoding)
    event = (EXAMPLES / "valid" / "all-features.json").read_bytes()

    publish(publisher, topic, written(exported, event, encoding))
    with pytest.raises(InvalidArgument):
        publish(publisher, topic, event)


def written(schema: Any, event: bytes, encoding: str) -> bytes:
    """Write an event's data as Avro."""
    record = CustomerUpdate.model_validate_json(event).model_dump()
    if encoding == "JSON":
        text = io.StringIO()
        fastavro.json_writer(text, schema, [record])
        return text.getvalue().encode()
    buffer = io.BytesIO()
    fastavro.schemaless_writer(buffer, schema, record)
    return buffer.getvalue()
