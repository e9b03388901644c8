"""What changes the figures of a worker: its default settings, and the packages it stands on."""

from consumer.settings import BatchSettings, PubsubSettings

WORKER_PACKAGES = (
    "google-cloud-pubsub",
    "grpcio",
    "scikit-learn",
    "pandas",
    "pg8000",
    "sqlalchemy",
)
"""What a worker's speed depends on besides its own code."""


def worker_defaults() -> dict[str, float]:
    """Give them as options of a report."""
    pubsub, batch = PubsubSettings(), BatchSettings()
    return {
        "streams": pubsub.streams,
        "max_messages": pubsub.max_messages,
        "max_bytes": pubsub.max_bytes,
        "batch_max_events": batch.max_events,
        "batch_max_bytes": batch.max_bytes,
        "batch_linger_ms": batch.linger_ms,
    }
