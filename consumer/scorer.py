"""What scores, opened from the settings: the worker and ``churn score`` share it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from consumer.alerts import AlertPolicy
from consumer.database import Database, open_database
from consumer.model import LoadedModel, load_model
from consumer.profiles import SqlProfiles
from consumer.settings import Settings


@dataclass(frozen=True, slots=True)
class Scorer:
    """Customers from a database that answers, a verified model, and when to alert."""

    profiles: SqlProfiles
    model: LoadedModel
    policy: AlertPolicy
    database: Database


@contextmanager
def open_scorer(settings: Settings) -> Iterator[Scorer]:
    """Open the database and load the model; what ``churn score`` and the worker share.

    Raises:
        DependencyDown: the database or Cloud Storage cannot be reached.
        WorkerBroken: settings, tables, permissions or the model are wrong.
    """
    model = load_model(
        settings.model_location,
        sha256=settings.model.sha256,
        allowed_globals=settings.model.allowed_globals,
    )
    with open_database(settings.postgresql, settings.cloudsql) as database:
        profiles = SqlProfiles(database.engine)
        profiles.lookup([])  # connects, and proves that the tables are there
        yield Scorer(profiles, model, alert_policy(settings, model), database)


def alert_policy(settings: Settings, model: LoadedModel) -> AlertPolicy:
    """Give the policy that belongs to a model: the settings' threshold, else the model's own."""
    threshold = settings.alerts.threshold
    return AlertPolicy(
        threshold=model.threshold if threshold is None else threshold,
        deployment=settings.deployment,
        reasons=settings.alerts.reasons,
        ordering=settings.alerts.ordering,
    )
