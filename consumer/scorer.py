"""What scores, opened from the settings: the worker and ``churn score`` share it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from consumer.alerts import AlertPolicy
from consumer.database import Database, open_database
from consumer.model import LoadedModel, load_model
from consumer.ports import Model
from consumer.profiles import SqlProfiles
from consumer.settings import Settings

Result = TypeVar("Result")


class Attempt(Protocol):
    """Does something that needs a dependency: once, or again and again until that is there."""

    def __call__(self, action: Callable[[], Result], /) -> Result:
        """Give what the action gives."""


def once(action: Callable[[], Result], /) -> Result:
    """Do it, and let whoever asked know of an outage at once."""
    return action()


@dataclass(frozen=True, slots=True)
class Scorer:
    """Customers from a database that answers, a verified model, and when to alert."""

    profiles: SqlProfiles
    model: LoadedModel
    policy: AlertPolicy
    database: Database


@contextmanager
def open_scorer(settings: Settings, attempt: Attempt = once) -> Iterator[Scorer]:
    """Open the database and load the model; what ``churn score`` and the worker share.

    Raises:
        DependencyDown: the database or Cloud Storage cannot be reached, and the attempt gave up.
        WorkerBroken: settings, tables, permissions or the model are wrong.
    """
    model = attempt(lambda: _model(settings))
    with open_database(settings.postgresql, settings.cloudsql) as database:
        profiles = SqlProfiles(database.engine)
        attempt(lambda: profiles.lookup([]))  # connects, and proves that the tables are there
        yield Scorer(profiles, model, alert_policy(settings, model), database)


def _model(settings: Settings) -> LoadedModel:
    return load_model(
        settings.model_location,
        sha256=settings.model.sha256,
        allowed_globals=settings.model.allowed_globals,
    )


def threshold_of(settings: Settings, model: Model) -> float:
    """Give the probability from which to alert: the settings', else the model's own."""
    threshold = settings.alerts.threshold
    return model.threshold if threshold is None else threshold


def alert_policy(settings: Settings, model: LoadedModel) -> AlertPolicy:
    """Give the policy that belongs to a model."""
    return AlertPolicy(
        threshold=threshold_of(settings, model),
        deployment=settings.deployment,
        reasons=settings.alerts.reasons,
        ordering=settings.alerts.ordering,
    )
