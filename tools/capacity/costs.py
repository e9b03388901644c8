"""What it costs, in US dollars an hour."""

from dataclasses import dataclass

from tools.capacity.database import DatabaseNeed
from tools.capacity.disk import DiskNeed
from tools.capacity.inputs import Prices
from tools.capacity.needs import Needs
from tools.capacity.pubsub import MEGABYTE, PubSubNeed
from tools.capacity.workers import WorkerNeed

SECONDS_AN_HOUR = 3_600
GIB, TIB = 2.0**30, 2.0**40


@dataclass(frozen=True, slots=True)
class Costs:
    """Dollars an hour; network, backups and logs are not in it."""

    gke: float
    """Cluster and pods."""
    cloud_sql: float
    """CPU and memory of the instance and of its standby."""
    disk: float
    """Their disks, with a history that is as long as it will be."""
    pubsub: float
    """Publishing and delivery."""

    @property
    def total(self) -> float:
        """All together."""
        return self.gke + self.cloud_sql + self.disk + self.pubsub


def costs_of(needs: Needs, prices: Prices) -> Costs:
    """Price what is needed."""
    return Costs(
        gke=_gke(needs.workers, prices),
        cloud_sql=_cloud_sql(needs.database, prices),
        disk=_disk(needs.disk, prices),
        pubsub=_pubsub(needs.pubsub, prices),
    )


def _gke(workers: WorkerNeed, prices: Prices) -> float:
    least = workers.pod_vcpu * prices.least_gigabytes_per_vcpu
    memory = max(workers.memory_mebibytes / 1_024, least)
    pod = workers.pod_vcpu * prices.pod_vcpu_hour + memory * prices.pod_gigabyte_hour
    return prices.cluster_hour + workers.pods * pod


def _cloud_sql(database: DatabaseNeed, prices: Prices) -> float:
    memory = database.memory_gigabytes * prices.sql_gigabyte_hour
    return (database.vcpu * prices.sql_vcpu_hour + memory) * prices.sql_standby_factor


def _disk(disk: DiskNeed, prices: Prices) -> float:
    monthly = disk.gigabytes * prices.sql_disk_month * prices.sql_standby_factor
    return monthly / prices.hours_a_month


def _pubsub(pubsub: PubSubNeed, prices: Prices) -> float:
    hourly = pubsub.billed * MEGABYTE * SECONDS_AN_HOUR
    paid = max(0.0, hourly * prices.hours_a_month - prices.pubsub_free_gib * GIB)
    return paid / TIB * prices.pubsub_tib / prices.hours_a_month
