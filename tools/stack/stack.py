"""Pub/Sub, PostgreSQL and Cloud Storage together, with everything in them that a worker needs."""

import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from consumer.database import Database, open_database, translated
from consumer.settings import CloudsqlSettings, PostgresqlSettings
from tools.stack.names import Names
from tools.stack.part import Part
from tools.stack.ports import free_port
from tools.stack.postgres import Postgres
from tools.stack.pubsub import PubSub
from tools.stack.storage import Storage
from tools.tables_sql import create_tables

SomePart = TypeVar("SomePart", bound=Part)


class Stack(Part):
    """Servers, and in them topics, subscriptions, a database with both tables, and a bucket.

    Parts that are not given are started, side by side, and stopped by :meth:`close`. Parts that
    are given stay up, and what the stack made in them is deleted: so one server can serve many
    tests, each with ``Names.of_its_own``. Without a Cloud Storage server for this machine
    (``storage`` is None) the model lies in a local file.
    """

    def __init__(
        self,
        *,
        names: Names | None = None,
        pubsub: PubSub | None = None,
        postgres: Postgres | None = None,
        storage: Storage | None = None,
    ) -> None:
        self.names = names or Names()
        self._closing = ExitStack()
        self._model = Path(self._closing.enter_context(tempfile.TemporaryDirectory())) / "model.pkl"
        self._api_port = free_port()
        self.pubsub = pubsub or self._own(PubSub())
        self.postgres = postgres or self._own(Postgres())
        self.storage = storage or (self._own(Storage()) if Storage.available() else None)
        self._given = {"pubsub": pubsub is not None, "postgres": postgres is not None}

    @property
    def postgresql(self) -> PostgresqlSettings:
        """The settings of the stack's database."""
        return self._login(self.names.database)

    def environment(self) -> Mapping[str, str]:
        """Give the settings of a worker on this stack, as environment variables."""
        names, login = self.names, self.postgresql
        return {
            "PUBSUB_EMULATOR_HOST": self.pubsub.address,
            "CHURN_PUBSUB__PROJECT": names.project,
            "CHURN_PUBSUB__SUBSCRIPTION": names.subscription,
            "CHURN_PUBSUB__ALERT_TOPIC": names.alert_topic,
            "CHURN_PUBSUB__DEAD_LETTER_TOPIC": names.dead_letter_topic,
            "CHURN_POSTGRESQL__USERNAME": str(login.username),
            "CHURN_POSTGRESQL__DATABASE": str(login.database),
            "CHURN_POSTGRESQL__UNIX_SOCKET": str(login.unix_socket),
            "CHURN_POSTGRESQL__PORT": str(login.port),
            "CHURN_API__HOST": "127.0.0.1",
            "CHURN_API__PORT": str(self._api_port),
            **self._model_environment(),
        }

    def open_database(self) -> Database:
        """Open the stack's database, as the worker does."""
        return open_database(self.postgresql, CloudsqlSettings())

    def put_model(self, pickle: bytes, manifest: bytes) -> None:
        """Store a model: first the pickle, last the manifest that says what it must be."""
        # Imported here: who puts no model in should not wait for scikit-learn.
        from consumer.model.stored import manifest_name  # noqa: PLC0415

        if self.storage is None:
            self._model.write_bytes(pickle)
            Path(manifest_name(str(self._model))).write_bytes(manifest)
            return
        bucket, blob = self.names.bucket, self.names.blob
        self.storage.upload(bucket, blob, pickle)
        self.storage.upload(bucket, manifest_name(blob), manifest)

    def start(self, *, ordered: bool = False) -> None:
        """Start what is not up, then make what a worker needs in it.

        Args:
            ordered: whether the subscriptions keep the order of messages with one ordering key.

        Raises:
            ServerFailed: a server did not start.
        """
        _start_together([part for part in (self.pubsub, self.postgres, self.storage) if part])
        self.pubsub.create(self.names, ordered=ordered)
        if self._given["pubsub"]:
            self._closing.callback(self.pubsub.delete, self.names)
        self._administer(f"CREATE DATABASE {self.names.database}")
        if self._given["postgres"]:
            drop = f"DROP DATABASE {self.names.database} WITH (FORCE)"
            self._closing.callback(self._administer, drop)
        with self.open_database() as database:
            create_tables(database.engine)
        if self.storage is not None:
            self.storage.create_bucket(self.names.bucket)

    def close(self) -> None:
        """Delete what was made in given parts, stop the others, remove what is temporary."""
        self._closing.close()

    def _own(self, part: SomePart) -> SomePart:
        self._closing.callback(part.close)
        return part

    def _model_environment(self) -> Mapping[str, str]:
        if self.storage is None:
            return {"CHURN_MODEL__URI": str(self._model)}
        return {
            "STORAGE_EMULATOR_HOST": self.storage.address,
            "CHURN_GCS__BUCKET": self.names.bucket,
            "CHURN_GCS__BLOB": self.names.blob,
        }

    def _login(self, database: str) -> PostgresqlSettings:
        return PostgresqlSettings(
            username=self.postgres.username,
            database=database,
            unix_socket=str(self.postgres.unix_socket),
            port=self.postgres.port,
        )

    def _administer(self, statement: str) -> None:
        """Run a statement that must stand outside a transaction, in the server's own database."""
        login = self._login(self.postgres.database)
        with (
            open_database(login, CloudsqlSettings()) as database,
            translated(),
            database.engine.connect() as connection,
        ):
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql(statement)


def _start_together(parts: Sequence[Part]) -> None:
    """Start all parts side by side; raise the first error once all have come to an end."""
    with ThreadPoolExecutor() as threads:
        starting = [threads.submit(part.start) for part in parts]
    for started in starting:
        started.result()
