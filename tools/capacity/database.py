"""How large a database a rate needs."""

from dataclasses import dataclass

from tools.capacity.inputs import Database
from tools.capacity.measured import EventCost
from tools.capacity.workers import MICROSECONDS, WorkerNeed

# GB of memory from which an instance has so many by default (Cloud SQL, "Configure database
# flags", max_connections). Where copies of that page differ, the lower one.
_CONNECTIONS = (
    *((0.0, 25), (1.7, 50), (3.75, 100), (7.5, 200), (15.0, 400), (30.0, 500)),
    *((60.0, 600), (120.0, 800)),
)


@dataclass(frozen=True, slots=True)
class DatabaseNeed:
    """The instance, and what it does."""

    statements: float
    """A second, at the most."""
    rows_read: float
    """Customers looked up a second."""
    rows_written: float
    """History rows a second."""
    busy_vcpu: float
    """vCPU that all of that keeps busy."""
    vcpu: int
    """Of the instance; of the largest where none is large enough."""
    memory_gigabytes: float
    """Of the instance."""
    connections: int
    """That workers and others have at the most, while a version is rolled out."""
    max_connections: int
    """That the instance has by default."""


def database_for(
    rate: float, workers: WorkerNeed, cost: EventCost, inputs: Database
) -> DatabaseNeed:
    """Size the instance for ``rate`` events a second."""
    statements = workers.batches * _statements_a_batch(cost, inputs)
    spent = rate * cost.database_microseconds + statements * cost.statement_microseconds
    busy = spent / MICROSECONDS
    vcpu = _smallest(busy / inputs.utilization, inputs.vcpu_sizes)
    memory = vcpu * inputs.memory_per_vcpu
    return DatabaseNeed(
        statements=statements,
        rows_read=rate,
        rows_written=rate if cost.has_history else 0.0,
        busy_vcpu=busy,
        vcpu=vcpu,
        memory_gigabytes=memory,
        connections=workers.pods_in_rollout * inputs.pool_size + inputs.other_connections,
        max_connections=default_connections(memory),
    )


def default_connections(memory_gigabytes: float) -> int:
    """Give ``max_connections`` of an instance, where nobody set the flag."""
    return next(
        connections for least, connections in reversed(_CONNECTIONS) if memory_gigabytes >= least
    )


def _statements_a_batch(cost: EventCost, inputs: Database) -> float:
    return inputs.statements + (inputs.history_statements if cost.has_history else 0)


def _smallest(needed: float, sizes: tuple[int, ...]) -> int:
    return next((size for size in sorted(sizes) if size >= needed), max(sizes))
