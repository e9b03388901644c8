"""The settings that all workers have by default, and that change figures."""

from consumer.settings import BatchSettings, PubsubSettings


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
