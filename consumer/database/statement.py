"""One statement that is a transaction of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy


@contextmanager
def by_itself(engine: sqlalchemy.Engine) -> Iterator[sqlalchemy.Connection]:
    """Give a connection on which every statement is committed by itself, or not at all.

    Nothing is asked of the server for ``BEGIN``, ``COMMIT`` and ``ROLLBACK``, where SQLAlchemy's
    own AUTOCOMMIT asks it twice when the connection goes back ("Transaction Isolation", PostgreSQL
    manual: a statement outside of a transaction block is one).
    """
    with engine.connect() as connection, autocommitting(connection.connection.dbapi_connection):
        yield connection


@contextmanager
def autocommitting(connection: Any) -> Iterator[None]:
    """Keep pg8000 from beginning a transaction before a statement.

    Args:
        connection: pg8000's own.
    """
    connection.autocommit = True
    try:
        yield
    finally:
        connection.autocommit = False
