"""What is told of a plan, line by line: the same on the terminal and on the page."""

from tools.capacity.costs import Costs
from tools.capacity.database import DatabaseNeed
from tools.capacity.disk import DiskNeed
from tools.capacity.plan import Plan
from tools.capacity.pubsub import PubSubNeed
from tools.capacity.workers import WorkerNeed

_WHOLE, _TENTHS = 100, 10


def lines(plan: Plan) -> dict[str, str]:
    """Say everything of a plan; the same lines for every plan."""
    needs, first = plan.needs, plan.breaks_first
    return {
        **_pods(needs.workers),
        **_instance(needs.database),
        **_history(needs.disk),
        **_messages(needs.workers, needs.pubsub),
        **_dollars(plan.costs),
        "breaks first": str(first.name),
        "… at events/s": amount(first.reached_at),
    }


def amount(value: float) -> str:
    """Give an amount with as many digits as matter in a plan."""
    if value >= _WHOLE:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:,.1f}" if value >= _TENTHS else f"{value:.2f}"


def _pods(workers: WorkerNeed) -> dict[str, str]:
    return {
        "worker pods (N+1)": f"{workers.pods:,}",
        "… each requests": f"{workers.pod_vcpu:g} vCPU, {workers.memory_mebibytes} MiB",
        "… in a rollout": f"{workers.pods_in_rollout:,}",
        "batches/s": f"{amount(workers.full_batches)} to {amount(workers.batches)}",
    }


def _instance(database: DatabaseNeed) -> dict[str, str]:
    return {
        "Cloud SQL": f"{database.vcpu} vCPU, {database.memory_gigabytes:g} GB",
        "… vCPU busy": amount(database.busy_vcpu),
        "… connections": f"{database.connections:,} of {database.max_connections:,}",
        "… statements/s, at most": amount(database.statements),
        "… rows/s read": f"{database.rows_read:,.0f}",
        "… rows/s written": f"{database.rows_written:,.0f}",
    }


def _history(disk: DiskNeed) -> dict[str, str]:
    return {
        "history rows a day": _or_none(disk.rows_a_day / 1e6, " million"),
        "… GB a day": _or_none(disk.gigabytes_a_day),
        "… days kept": _or_none(disk.days_kept),
        "disk, GB": f"{disk.gigabytes:,.0f}",
    }


def _or_none(value: float, unit: str = "") -> str:
    return f"{value:,.0f}{unit}" if value else "none"


def _messages(workers: WorkerNeed, pubsub: PubSubNeed) -> dict[str, str]:
    return {
        "StreamingPull streams": f"{workers.streams:,.0f}",
        "messages held, at most": f"{workers.held_messages:,.0f}",
        "Pub/Sub published, MB/s": amount(pubsub.published),
        "… delivered, MB/s": amount(pubsub.pulled),
    }


def _dollars(costs: Costs) -> dict[str, str]:
    return {
        "GKE, $/h": f"{costs.gke:,.2f}",
        "Cloud SQL, $/h": f"{costs.cloud_sql:,.2f}",
        "its disks, $/h": f"{costs.disk:,.2f}",
        "Pub/Sub, $/h": f"{costs.pubsub:,.2f}",
        "all, $/h": f"{costs.total:,.2f}",
    }
