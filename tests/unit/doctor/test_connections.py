"""Whether the connections of all workers fit."""

import pytest

from consumer.doctor.checks import Finding, Status
from consumer.doctor.connections import Connections, judge
from consumer.settings import PostgresqlSettings

SERVER = Connections(most=100, reserved=3, others=17, role_limit=None, database_limit=None)


def judged(workers: int, pool_size: int, server: Connections = SERVER) -> Finding:
    return judge(PostgresqlSettings(max_workers=workers, pool_size=pool_size), server)


@pytest.mark.parametrize(("workers", "pool_size"), [(1, 80), (40, 2), (80, 1)])
def test_what_just_fits_is_well(workers: int, pool_size: int) -> None:
    assert judged(workers, pool_size).status is Status.OK


@pytest.mark.parametrize(("workers", "pool_size"), [(1, 81), (41, 2), (27, 3), (81, 1)])
def test_what_does_not_fit_fails(workers: int, pool_size: int) -> None:
    assert judged(workers, pool_size).status is Status.FAIL


def test_the_line_shows_the_sum_and_the_mend_says_how_many_are_missing() -> None:
    found = judged(50, 2)
    assert found.detail == (
        "50 workers (postgresql.max_workers) with 2 connections each (postgresql.pool_size) need "
        "100 of 80 (max_connections 100, 3 reserved, 17 used by others)"
    )
    assert found.mend.endswith("or let the server have 20 more")


@pytest.mark.parametrize(
    ("server", "why"),
    [
        (Connections(100, 3, 0, 5, None), "CONNECTION LIMIT of the role"),
        (Connections(100, 3, 0, 50, 5), "CONNECTION LIMIT of the database"),
        (Connections(10, 3, 2, 50, 50), "max_connections 10, 3 reserved, 2 used by others"),
        (Connections(10, 3, 9, None, None), "max_connections 10, 3 reserved, 9 used by others"),
    ],
)
def test_the_narrowest_bound_counts(server: Connections, why: str) -> None:
    found = judged(3, 2, server)
    assert found.status is Status.FAIL
    assert why in found.detail
    assert "-" not in found.detail.partition("need")[2]
