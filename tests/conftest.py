"""Fixtures that every test may use, and how long property tests search.

``make test`` tries the same examples each time; ``make test-long`` searches for new ones
(``--hypothesis-profile=search``). No example has a time limit: these machines may be busy.
"""

import os

# Test processes that share the cores stand in each other's way with threads of scikit-learn that
# spin while they wait: training tests took three times as long. It must come before the import.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from hypothesis import HealthCheck, settings

from tests.conformance.plugin import pytest_addoption, pytest_configure, pytest_runtest_setup
from tests.postgres_fixtures import database, fresh_database, postgres
from tests.pubsub_fixtures import (
    ordered,
    project,
    publisher,
    pubsub,
    subscriber,
    subscription,
    topic,
)

__all__ = [
    "database",
    "fresh_database",
    "ordered",
    "postgres",
    "project",
    "publisher",
    "pubsub",
    "pytest_addoption",
    "pytest_configure",
    "pytest_runtest_setup",
    "subscriber",
    "subscription",
    "topic",
]

settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile(
    "search", deadline=None, max_examples=10_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")
