"""The score history in PostgreSQL: what was decided about each event, and whether it is out.

A score is kept in the moment it is decided, before its alert is published, and marked when Pub/Sub
has the alert. So a worker that dies in between leaves what has to be sent, byte for byte.
"""

from consumer.history.retention import Retention
from consumer.history.schema import Schema, migrate, require_schema, schema_of
from consumer.history.store import SqlHistory

__all__ = ["Retention", "Schema", "SqlHistory", "migrate", "require_schema", "schema_of"]
