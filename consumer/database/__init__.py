"""The database, over one of three ways: host and port, unix socket, or the Cloud SQL connector.

Whatever goes wrong on the way leaves as one of the worker's own errors.
"""

from consumer.database.engine import Database, open_database
from consumer.database.errors import translated
from consumer.database.statement import by_itself

__all__ = ["Database", "by_itself", "open_database", "translated"]
