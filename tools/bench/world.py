"""The servers that all consumers share, and how one run leaves nothing to the next."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy

from consumer.database import translated
from consumer.message import OutgoingMessage
from tools.bench.counted_pubsub import CountedPubSub
from tools.bench.process_usage import family_cpu_seconds, only_child
from tools.bench.publishing import publish
from tools.emulator.server import Backlog
from tools.stack.names import Names
from tools.stack.postgres import Postgres
from tools.stack.pubsub import PubSub
from tools.stack.sample import load_sample
from tools.stack.stack import Stack
from tools.terminal import Interruption

CACHE_MEGABYTES = 512
"""As in production the tables, also of a million customers, fit into the database's memory."""

FORGET = sqlalchemy.text("TRUNCATE score_history, alert_state")
# 0 where there is no row: an empty index takes a page.
HISTORY_BYTES = sqlalchemy.text("""
    SELECT CASE WHEN EXISTS (SELECT FROM score_history)
                THEN pg_total_relation_size('score_history') ELSE 0 END
""")


class World:
    """A local stack with the sample's customers and model, whose backlogs can be counted."""

    def __init__(self, stack: Stack, server: CountedPubSub, ending: Interruption) -> None:
        self.ending = ending
        self._stack = stack
        self._server = server

    @property
    def names(self) -> Names:
        """What topics and subscriptions are called."""
        return self._stack.names

    @property
    def environment(self) -> Mapping[str, str]:
        """The settings of a consumer, as environment variables."""
        return self._stack.environment()

    def create_topic(self, topic: str) -> None:
        """Make one more topic, which nobody listens to."""
        self._stack.pubsub.publisher.create_topic(name=self.names.topic(topic))

    def begin(self, events: Iterable[OutgoingMessage]) -> None:
        """Make topics, subscriptions and history empty, then publish a backlog.

        Of events that are made one after another none is kept.

        Raises:
            ChurnError: a server is away or refuses.
            KeyboardInterrupt: Ctrl-C or SIGTERM came.
        """
        names, pubsub = self._stack.names, self._stack.pubsub
        pubsub.delete(names)
        pubsub.create(names)
        self.forget_history()
        publish(
            self._server.address,
            names.topic(names.input_topic),
            map(self._unless_interrupted, events),
        )

    def forget_history(self) -> None:
        """Make the history empty.

        Raises:
            DatabaseDown: the database is away.
        """
        with self._stack.open_database() as database, translated(), database.engine.begin() as sql:
            sql.execute(FORGET)

    def backlog(self) -> Backlog:
        """What the consumer's subscription has not had acknowledged."""
        return self._backlog(self._stack.names.subscription)

    def database_cpu(self) -> float:
        """Seconds of CPU that the database's server has used, all its sessions together.

        Raises:
            UsageUnknown: it has ended.
        """
        return family_cpu_seconds(only_child(self._stack.postgres.leash))

    def history_bytes(self) -> int:
        """What the history and its indexes take on the disk.

        Raises:
            DatabaseDown: the database is away.
        """
        with self._stack.open_database() as database, translated(), database.engine.begin() as sql:
            return int(sql.execute(HISTORY_BYTES).scalar_one())

    def published(self) -> tuple[int, int]:
        """How many alerts and how many dead letters came out since :meth:`begin`."""
        names = self._stack.names
        return self._backlog(names.alert_watch).ready, self._backlog(names.dead_letter_watch).ready

    @contextmanager
    def beside(self, suffix: str, fill: Callable[[Stack], object]) -> Iterator["World"]:
        """Give a world on the same servers that has a database, topics and a bucket of its own.

        Args:
            suffix: lower-case letters and digits, for the names.
            fill: puts customers and a model in.

        Raises:
            ChurnError: a server is away or refuses.
            KeyboardInterrupt: Ctrl-C or SIGTERM came.
        """
        servers = self._stack
        with Stack(
            names=Names.of_its_own(suffix),
            pubsub=servers.pubsub,
            postgres=servers.postgres,
            storage=servers.storage,
        ) as stack:
            fill(stack)
            self.ending.check()
            yield World(stack, self._server, self.ending)

    def _unless_interrupted(self, event: OutgoingMessage) -> OutgoingMessage:
        self.ending.check()
        return event

    def _backlog(self, subscription: str) -> Backlog:
        return self._server.backlog(self._stack.names.subscription_path(subscription))


@contextmanager
def open_world(ending: Interruption) -> Iterator[World]:
    """Start all servers and load the sample; stop them at the block's end.

    Raises:
        ServerFailed: one of them did not start.
        KeyboardInterrupt: Ctrl-C or SIGTERM came.
    """
    with CountedPubSub() as server:
        ending.check()
        with (
            Postgres(cache_megabytes=CACHE_MEGABYTES) as postgres,
            Stack(pubsub=PubSub(server.address), postgres=postgres) as stack,
        ):
            ending.check()
            load_sample(stack)
            ending.check()
            yield World(stack, server, ending)
