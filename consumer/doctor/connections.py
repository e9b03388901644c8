"""Do the connections of all workers together fit into the server?"""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy

from consumer.doctor.checks import Finding, fail
from consumer.settings import PostgresqlSettings

# Sessions of other roles hide their kind from a role without pg_read_all_stats, but not who they
# are ("The Cumulative Statistics System", PostgreSQL manual). reserved_connections is new in 16.
CONNECTIONS = sqlalchemy.text("""
    SELECT current_setting('max_connections')::integer,
           current_setting('superuser_reserved_connections')::integer
               + coalesce(current_setting('reserved_connections', true)::integer, 0),
           (SELECT count(*)
              FROM pg_stat_activity
             WHERE datid IS NOT NULL
               AND coalesce(backend_type, 'client backend') = 'client backend'
               AND (application_name = :application AND datname = current_database()
                    AND usename = current_user) IS NOT TRUE),
           (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user),
           (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database())
""")


@dataclass(frozen=True, slots=True)
class Connections:
    """What the server has, in the order of the columns of :data:`CONNECTIONS`."""

    most: int
    """``max_connections``."""
    reserved: int
    """Kept for administrators."""
    others: int
    """Sessions of anybody but these workers, at this moment."""
    role_limit: int | None
    """``CONNECTION LIMIT`` of the workers' role."""
    database_limit: int | None
    """``CONNECTION LIMIT`` of the database."""

    @property
    def room(self) -> tuple[int, str]:
        """How many connections the workers may have together, and why no more."""
        return min(self._bounds(), key=lambda bound: bound[0])

    def _bounds(self) -> Iterator[tuple[int, str]]:
        yield (
            max(0, self.most - self.reserved - self.others),
            f"max_connections {self.most}, {self.reserved} reserved, {self.others} used by others",
        )
        if self.role_limit is not None:
            yield self.role_limit, "CONNECTION LIMIT of the role"
        if self.database_limit is not None:
            yield self.database_limit, "CONNECTION LIMIT of the database"


def judge(settings: PostgresqlSettings, server: Connections) -> Finding:
    """Compare what all workers may open with what the server has for them."""
    needed = settings.max_workers * settings.pool_size
    room, why = server.room
    sum_ = (
        f"{settings.max_workers} workers (postgresql.max_workers) with {settings.pool_size} "
        f"connections each (postgresql.pool_size) need {needed} of {room} ({why})"
    )
    if needed > room:
        return fail(
            sum_,
            "lower postgresql.pool_size, or the most workers of the deployment and "
            f"postgresql.max_workers with it, or let the server have {needed - room} more",
        )
    return Finding(sum_)
