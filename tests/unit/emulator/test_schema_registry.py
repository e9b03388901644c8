"""The registry of schemas, and the schema of a topic."""

import itertools

import pytest

from tests.emulator_rules import DEAD_TOPIC, PROJECT, TOPIC, Rules, StoppedClock, nack, take
from tools.emulator.errors import AlreadyExists, InvalidArgument, NotFound
from tools.emulator.message import Message
from tools.emulator.schemas.encoding import Encoding
from tools.emulator.schemas.registry import Schemas, new_revision_id
from tools.emulator.schemas.topic_schema import TopicSchema
from tools.emulator.settings import DeadLetterPolicy

NAME = f"{PROJECT}/schemas/updates"


@pytest.fixture
def schemas() -> Schemas:
    numbers = itertools.count(1)
    return Schemas(clock=StoppedClock(), new_revision_id=lambda: f"revision-{next(numbers)}")


def test_a_schema_has_a_revision_of_the_time_it_was_created(schemas: Schemas) -> None:
    created = schemas.create(NAME, '"int"')

    assert (created.revision_id, created.create_time) == ("revision-1", StoppedClock().now)
    assert schemas.get(NAME) is created
    assert schemas.get(NAME, "revision-1") is created


def test_a_schema_has_no_other_revision(schemas: Schemas) -> None:
    schemas.create(NAME, '"int"')

    with pytest.raises(NotFound, match="has the revision revision-1 and no revision-2"):
        schemas.get(NAME, "revision-2")


def test_a_name_is_given_once(schemas: Schemas) -> None:
    schemas.create(NAME, '"int"')

    with pytest.raises(AlreadyExists):
        schemas.create(NAME, '"int"')


def test_a_definition_that_is_none_leaves_the_name_free(schemas: Schemas) -> None:
    with pytest.raises(InvalidArgument):
        schemas.create(NAME, "int")

    assert schemas.names(PROJECT) == []


def test_the_schemas_of_a_project_do_not_include_those_of_a_longer_name(schemas: Schemas) -> None:
    schemas.create(f"{PROJECT}-2/schemas/updates", '"int"')

    assert schemas.names(PROJECT) == []


def test_a_deleted_schema_is_not_found_and_its_name_is_free(schemas: Schemas) -> None:
    schemas.create(NAME, '"int"')

    schemas.delete(NAME)

    with pytest.raises(NotFound):
        schemas.get(NAME)
    with pytest.raises(NotFound):
        schemas.delete(NAME)
    assert schemas.create(NAME, '"long"').revision_id == "revision-2"


def test_a_topic_names_the_message_that_does_not_fit(schemas: Schemas) -> None:
    topic = TopicSchema(schemas.create(NAME, '"int"'), Encoding.JSON)

    topic.check([b"1", b"2"])
    with pytest.raises(InvalidArgument, match="message 2 does not fit its schema: expected an int"):
        topic.check([b"1", b'"x"'])


def test_a_topic_does_not_take_over_a_new_schema_of_the_same_name(schemas: Schemas) -> None:
    topic = TopicSchema(schemas.create(NAME, '"int"'), Encoding.JSON)

    schemas.delete(NAME)
    schemas.create(NAME, '"int"')

    assert topic.name == "_deleted-schema_"
    with pytest.raises(NotFound, match=r"schemas/updates was deleted"):
        topic.check([b"1"])


def test_a_dead_letter_has_the_schema_of_its_message(schemas: Schemas) -> None:
    rules = Rules()
    worker = rules.subscribe(dead_letter_policy=DeadLetterPolicy(DEAD_TOPIC))
    dead = rules.subscribe("dead", topic=DEAD_TOPIC)
    schema = TopicSchema(schemas.create(NAME, '"int"'), Encoding.JSON)
    (stamp,) = rules.broker.stamps(1)
    rules.broker.topic(TOPIC).publish(
        [Message(stamp.number, stamp.publish_time, b"1", schema=schema)]
    )

    for _ in range(5):
        nack(worker, *take(worker))

    (letter,) = take(dead)
    assert letter.message.schema is schema


def test_a_revision_id_has_8_hexadecimal_digits() -> None:
    first, second = new_revision_id(), new_revision_id()

    assert first != second
    assert len(first) == 8
    assert int(first, 16) >= 0
