"""The whole stack: what is in it, and what is left when it is closed."""

from collections.abc import Iterator

import psutil
import pytest
import sqlalchemy

from consumer.errors import ChurnError
from consumer.settings import load_settings
from tools.stack.names import Names
from tools.stack.stack import Stack


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack() as running:
        yield running


def databases(stack: Stack) -> set[str]:
    with stack.open_database() as database, database.engine.connect() as connection:
        return set(connection.exec_driver_sql("SELECT datname FROM pg_database").scalars())


def topics(stack: Stack) -> set[str]:
    project = f"projects/{stack.names.project}"
    return {topic.name for topic in stack.pubsub.publisher.list_topics(project=project)}


def test_a_worker_can_load_its_settings_from_the_environment(stack: Stack) -> None:
    settings = load_settings(environ=stack.environment())

    assert settings.subscription_path == "projects/churn-local/subscriptions/churn-worker"
    assert settings.alert_topic_path == "projects/churn-local/topics/churn-alerts"
    assert settings.postgresql == stack.postgresql
    assert settings.model_location.endswith(".pkl")
    assert settings.api.host == "127.0.0.1"


def test_the_tables_are_there_and_empty(stack: Stack) -> None:
    with stack.open_database() as database:
        found = set(sqlalchemy.inspect(database.engine).get_table_names())
        assert found == {
            *("customer", "indicators"),
            *("score_history", "alert_state", "churn_migrations"),
        }


def test_a_model_is_stored_with_its_manifest(stack: Stack) -> None:
    stack.put_model(b"pickle", b"{}")

    location = load_settings(environ=stack.environment()).model_location
    assert read(stack, location) == b"pickle"
    assert read(stack, f"{location}.manifest.json") == b"{}"


def read(stack: Stack, location: str) -> bytes:
    if stack.storage is None:
        with open(location, "rb") as file:  # noqa: PTH123 - a location is a text
            return file.read()
    bucket, _, name = location.removeprefix("gs://").partition("/")
    content: bytes = stack.storage.client.bucket(bucket).blob(name).download_as_bytes()
    return content


def test_a_stack_in_given_parts_leaves_them_as_they_were(stack: Stack) -> None:
    before = databases(stack), topics(stack)
    own = Stack(
        names=Names.of_its_own("abc"),
        pubsub=stack.pubsub,
        postgres=stack.postgres,
        storage=stack.storage,
    )

    with own:
        assert databases(stack) - before[0] == {"churn_abc"}
        assert len(topics(stack) - before[1]) == 3

    assert (databases(stack), topics(stack)) == before


def test_a_stack_that_fails_at_its_start_leaves_no_process() -> None:
    before = set(psutil.Process().children(recursive=True))

    with pytest.raises(ChurnError, match="syntax error"), Stack(names=Names(database="no;name")):
        pass

    assert set(psutil.Process().children(recursive=True)) <= before
