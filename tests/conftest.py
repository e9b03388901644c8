"""Fixtures that every test may use."""

from tests.postgres_fixtures import database, fresh_database, postgres
from tests.pubsub_fixtures import project, publisher, pubsub, subscriber, subscription, topic

__all__ = [
    "database",
    "fresh_database",
    "postgres",
    "project",
    "publisher",
    "pubsub",
    "subscriber",
    "subscription",
    "topic",
]
