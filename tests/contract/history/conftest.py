"""The score history on a database of the test's own."""

import pytest
import sqlalchemy

from consumer.database import Database
from consumer.history import SqlHistory
from tests.history import history_of


@pytest.fixture
def engine(database: Database) -> sqlalchemy.Engine:
    return database.engine


@pytest.fixture
def history(engine: sqlalchemy.Engine) -> SqlHistory:
    return history_of(engine)
