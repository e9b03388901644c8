"""PostgreSQL, Cloud Storage and Pub/Sub of the stack, each on its own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.api_core.exceptions import NotFound

from consumer.database import open_database
from consumer.settings import CloudsqlSettings
from tests.postgres_fixtures import socket_settings
from tools.stack.names import Names
from tools.stack.postgres import MAX_SOCKET_PATH, Postgres
from tools.stack.pubsub import PubSub
from tools.stack.server import ServerFailed
from tools.stack.storage import Storage

needs_storage = pytest.mark.skipif(
    not Storage.available(), reason="there is no Cloud Storage server for this machine"
)


def rows(postgres: Postgres, statement: str) -> list[tuple[object, ...]]:
    settings = socket_settings(postgres, postgres.database)
    with (
        open_database(settings, CloudsqlSettings()) as database,
        database.engine.begin() as connection,
    ):
        result = connection.exec_driver_sql(statement)
        return [tuple(row) for row in result] if result.returns_rows else []


def test_postgres_keeps_its_data_over_a_stop() -> None:
    with Postgres() as postgres:
        rows(postgres, "CREATE TABLE kept AS SELECT 7 AS number")

        postgres.stop()
        assert not postgres.socket_file.exists()
        postgres.start()

        assert rows(postgres, "SELECT number FROM kept") == [(7,)]


@pytest.fixture
def directory() -> Iterator[Path]:
    """Give a directory outside of pytest's: each pytest that starts closes that to other users."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def test_postgres_keeps_its_data_in_a_given_directory(directory: Path) -> None:
    with Postgres(directory) as postgres:
        rows(postgres, "CREATE TABLE kept AS SELECT 7 AS number")

    with Postgres(directory) as postgres:
        assert rows(postgres, "SELECT number FROM kept") == [(7,)]


def test_postgres_leaves_nothing_behind() -> None:
    with Postgres() as postgres:
        directory = postgres.unix_socket
        assert directory.is_dir()

    assert not directory.exists()


def test_the_socket_of_postgres_is_short_even_where_temporary_files_lie_deep(
    tmp_path: Path,
) -> None:
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    script = "from tools.stack.postgres import Postgres\nwith Postgres() as p: print(p.socket_file)"

    ran = subprocess.run(
        [sys.executable, "-c", script],
        env={"PATH": os.environ["PATH"], "TMPDIR": str(deep)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert 0 < len(ran.stdout.strip()) <= MAX_SOCKET_PATH


def test_postgres_listens_on_no_port_unless_it_is_asked_to() -> None:
    with Postgres() as postgres:
        assert rows(postgres, "SHOW listen_addresses") == [("",)]


def test_postgres_says_why_it_cannot_make_its_data(directory: Path) -> None:
    (directory / "data").mkdir()
    (directory / "data" / "kept").touch()

    with pytest.raises(ServerFailed, match=r"could not make its data: .* exists but is not empty"):
        Postgres(directory).__enter__()


def test_nobody_else_may_use_the_socket_of_postgres(postgres: Postgres) -> None:
    assert postgres.socket_file.stat().st_mode & 0o077 == 0


@needs_storage
def test_storage_keeps_objects_and_generations_over_a_stop() -> None:
    with Storage() as storage:
        storage.create_bucket("bucket")
        first = storage.upload("bucket", "model/a.pkl", b"one")

        storage.stop()
        storage.start()

        kept = storage.client.bucket("bucket").get_blob("model/a.pkl")
        assert (kept.generation, kept.download_as_bytes()) == (first, b"one")
        assert storage.upload("bucket", "model/a.pkl", b"two") > first


@needs_storage
def test_storage_survives_more_requests_than_a_pipe_holds_of_its_log() -> None:
    with Storage() as storage:
        storage.create_bucket("bucket")
        for _ in range(1_000):
            assert storage.client.bucket("bucket").get_blob("missing" + "x" * 200) is None


def test_pubsub_makes_everything_and_making_it_again_changes_nothing() -> None:
    with PubSub() as pubsub:
        names = Names()
        pubsub.create(names)
        pubsub.create(names)

        made = pubsub.subscriber.get_subscription(
            subscription=names.subscription_path(names.subscription)
        )
        assert made.topic == names.topic(names.input_topic)
        assert made.dead_letter_policy.dead_letter_topic == names.topic(names.dead_letter_topic)
        assert made.dead_letter_policy.max_delivery_attempts == 10
        assert made.retry_policy.minimum_backoff.total_seconds() == pytest.approx(0.1)
        assert not made.enable_message_ordering


def test_pubsub_keeps_the_order_of_messages_where_it_is_asked_to() -> None:
    with PubSub() as pubsub:
        names = Names()
        pubsub.create(names, ordered=True)

        path = names.subscription_path(names.alert_watch)
        assert pubsub.subscriber.get_subscription(subscription=path).enable_message_ordering


def test_a_second_pubsub_attaches_to_the_first_and_deletes_only_its_own() -> None:
    with PubSub() as pubsub, PubSub(pubsub.address) as attached:
        usual, own = Names(), Names.of_its_own("abc")
        pubsub.create(usual)
        attached.create(own)

        attached.delete(own)

        with pytest.raises(NotFound):
            pubsub.publisher.get_topic(topic=own.topic(own.input_topic))
        kept = pubsub.publisher.get_topic(topic=usual.topic(usual.input_topic))
        assert kept.name == usual.topic(usual.input_topic)
