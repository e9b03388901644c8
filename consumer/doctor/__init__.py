"""The doctor: asks everything the worker depends on, one by one, and says how to mend it.

It only reads. It runs as the worker's own identity, with the worker's own edges.
"""

from contextlib import ExitStack
from pathlib import Path

from consumer.doctor.checks import Check, CheckResult, Finding, Status, run, warn
from consumer.doctor.database_checks import DatabaseChecks
from consumer.doctor.edges import Edges, real_edges
from consumer.doctor.history_checks import HistoryChecks
from consumer.doctor.model_checks import ModelChecks
from consumer.doctor.pubsub_checks import PubsubChecks
from consumer.doctor.report import failed, lines
from consumer.doctor.subscription_checks import SubscriptionChecks
from consumer.settings import Settings
from consumer.settings.permissions import find_exposed

__all__ = ["CheckResult", "Edges", "Status", "main_report", "run_checks"]


def main_report(settings: Settings, config: Path | None = None) -> int:
    """Print the report to standard output; 1 when any check failed, else 0."""
    results = run_checks(settings, config=config)
    for line in lines(results):
        print(line)  # noqa: T201 - this is the command's output
    return int(failed(results))


def run_checks(
    settings: Settings, edges: Edges | None = None, *, config: Path | None = None
) -> list[CheckResult]:
    """Ask everything; nothing is raised, failures are results.

    Args:
        settings: as the worker has them.
        edges: what to examine; by default what the settings name.
        config: the settings file that was named, if any.
    """
    edges = edges or real_edges(settings)
    with ExitStack() as closing:
        database = DatabaseChecks(settings.postgresql, edges.open_database, closing)
        pubsub = PubsubChecks(settings, edges.open_pubsub, closing)
        return run(
            [
                Check("settings", lambda: _names(settings)),
                Check("settings file", lambda: _file(config)),
                *database.all(),
                *HistoryChecks(settings.history, lambda: database.engine).all(),
                *ModelChecks(
                    settings.model, edges.stored_model, edges.load_model, edges.load_shadow
                ).all(),
                *pubsub.all(),
                *SubscriptionChecks(settings, lambda: pubsub.subscription).all(),
            ]
        )


def _names(settings: Settings) -> Finding:
    """Find every name that the worker needs."""
    return Finding(
        f"deployment {settings.deployment}; {settings.subscription_path} → "
        f"{settings.alert_topic_path}, {settings.dead_letter_topic_path}"
    )


def _file(config: Path | None) -> Finding:
    exposed = find_exposed(config)
    if exposed:
        return warn(exposed.detail, exposed.mend)
    return Finding("no password stands in a file that others can read")
