"""What every report about a worker says besides its figures: settings, machine, packages."""

from collections.abc import Mapping, Sequence

from consumer.settings import BatchSettings, PubsubSettings
from tools.bench.machine import this_machine
from tools.bench.quantities import Figure
from tools.bench.report import Report

_PACKAGES = (
    "google-cloud-pubsub",
    "grpcio",
    "scikit-learn",
    "pandas",
    "pg8000",
    "sqlalchemy",
)
"""What a worker's speed depends on besides its own code."""


def worker_report(
    benchmark: str, options: Mapping[str, float], figures: Sequence[Figure], *notes: str
) -> Report:
    """Report figures of a worker; a note says with which options."""
    settings = ", ".join(f"{name} {value:,}" for name, value in options.items())
    return Report(benchmark, this_machine(_PACKAGES), options, figures, notes=(settings, *notes))


def worker_defaults() -> dict[str, float]:
    """Give the settings that all workers have by default as options of a report."""
    pubsub, batch = PubsubSettings(), BatchSettings()
    return {
        "streams": pubsub.streams,
        "max_messages": pubsub.max_messages,
        "max_bytes": pubsub.max_bytes,
        "batch_max_events": batch.max_events,
        "batch_max_bytes": batch.max_bytes,
        "batch_linger_ms": batch.linger_ms,
    }
