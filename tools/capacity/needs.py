"""All that a rate needs, without its price."""

from dataclasses import dataclass

from tools.capacity.database import DatabaseNeed, database_for
from tools.capacity.disk import DiskNeed, disk_for
from tools.capacity.inputs import Inputs
from tools.capacity.measured import EventCost
from tools.capacity.pubsub import PubSubNeed, pubsub_for
from tools.capacity.workers import WorkerNeed, workers_for


@dataclass(frozen=True, slots=True)
class Needs:
    """Pods, instance, disk, and what goes through Pub/Sub."""

    rate: float
    """Events a second, at the peak."""
    workers: WorkerNeed
    database: DatabaseNeed
    disk: DiskNeed
    pubsub: PubSubNeed


def needs_of(rate: float, cost: EventCost, inputs: Inputs) -> Needs:
    """Size everything for ``rate`` events a second."""
    workers = workers_for(rate, cost, inputs.workers)
    return Needs(
        rate=rate,
        workers=workers,
        database=database_for(rate, workers, cost, inputs.database),
        disk=disk_for(rate, cost, inputs.database),
        pubsub=pubsub_for(rate, workers, cost, inputs.pubsub),
    )
