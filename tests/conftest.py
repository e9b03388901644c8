"""Fixtures that every test may use."""

from tests.postgres_fixtures import database, fresh_database, postgres

__all__ = ["database", "fresh_database", "postgres"]
