"""What is compared: two consumers that do nothing, one of each kind that does the job."""

from tools.bench.subject import Subject

GOOGLE_NO_OP, NO_OP, PER_MESSAGE = "Google's no-op", "our no-op", "per message"
WORKER, REASONS, ALL_ON = "worker", "worker, reasons", "worker, all on"

_CONSUMERS = "tools.bench.worker.consumers"


def _worker(key: str, name: str, *, reasons: bool, history: bool) -> Subject:
    settings = {"CHURN_ALERTS__REASONS": str(reasons), "CHURN_HISTORY__ENABLED": str(history)}
    return Subject(key, name, "consumer", settings, has_metrics=True)


ALL = (
    Subject("google-no-op", GOOGLE_NO_OP, f"{_CONSUMERS}.google_no_op", raises_alerts=False),
    Subject("no-op", NO_OP, f"{_CONSUMERS}.no_op", raises_alerts=False),
    # A connection for each of the library's ten threads, so that none waits for another's.
    Subject(
        "per-message",
        PER_MESSAGE,
        f"{_CONSUMERS}.per_message",
        {"CHURN_POSTGRESQL__POOL_SIZE": "10"},
        is_slow=True,
    ),
    _worker("worker", WORKER, reasons=False, history=False),
    _worker("worker-reasons", REASONS, reasons=True, history=False),
    _worker("worker-all", ALL_ON, reasons=True, history=True),
)
