"""What is compared: the worker, and two consumers that publish each event on as it is."""

from tools.bench.subject import Subject

WORKER, GOOGLE_ECHO, ECHO = "worker", "Google's echo", "our echo"

_CONSUMERS = "tools.bench.latency.consumers"

ALL = (
    Subject("google-echo", GOOGLE_ECHO, f"{_CONSUMERS}.google_echo"),
    Subject("echo", ECHO, f"{_CONSUMERS}.echo"),
    # From a threshold of 0 on each event raises an alert, as each is echoed by the others.
    Subject("worker", WORKER, "consumer", {"CHURN_ALERTS__THRESHOLD": "0"}, has_metrics=True),
)
