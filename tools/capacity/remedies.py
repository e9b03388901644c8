"""What there is only so much of, and what to do when it is used up."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Scarce(StrEnum):
    """Each with the name that it has on the page."""

    WORKERS = "speed of the workers"
    DATABASE_CPU = "CPU of the database"
    CONNECTIONS = "database connections"
    DISK = "largest disk"
    PUBLISHING = "quota for publishing"
    PULLING = "quota for StreamingPull"
    STREAM = "bytes on one stream"
    STREAMS = "quota of open streams"


REMEDIES: Final[Mapping[Scarce, str]] = {
    Scarce.WORKERS: (
        "More replicas, and `postgresql.max_workers` with them. Let the autoscaler look at the "
        "backlog (`num_undelivered_messages`), not at CPU: an event costs more of it in a small "
        "batch than in a full one, so CPU is high long before the workers are at their end."
    ),
    Scarce.DATABASE_CPU: (
        "The next larger instance, which restarts it; or a longer `batch.linger_ms`: fewer and "
        "larger statements, for alerts that come as much later."
    ),
    Scarce.CONNECTIONS: (
        "The instance's flag `max_connections`, which restarts it and takes memory; or a smaller "
        "`postgresql.pool_size`. `churn doctor` does this sum with the server's own figures."
    ),
    Scarce.DISK: (
        "Fewer days in `history.keep_days`, but more than the 31 in which Pub/Sub may deliver an "
        "event again. Where not even 32 days fit, leave the history off: a worker knows one "
        "database, and one does not hold it."
    ),
    Scarce.PUBLISHING: (
        "A higher quota (Google Cloud console, IAM & Admin, Quotas) or a large region. A CRM that "
        "publishes several events in a request uses less of it, as small requests are rounded up."
    ),
    Scarce.PULLING: "A higher quota (Google Cloud console, IAM & Admin, Quotas) or a large region.",
    Scarce.STREAM: "More streams: `pubsub.streams`, or replicas.",
    Scarce.STREAMS: "Fewer streams a worker (`pubsub.streams`), or a higher quota.",
}
