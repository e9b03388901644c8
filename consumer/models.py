"""The models of a worker while it runs: the one that scores, and the thread that replaces it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from consumer.health import Health
from consumer.model import LoadedModel
from consumer.model.watch import ModelWatch, StoredSource
from consumer.periodic import Periodic
from consumer.scorer import alert_policy
from consumer.served import Served
from consumer.settings import Settings
from consumer.telemetry import Metrics

END_SECONDS = 2.0
"""How long the worker's end waits for a look; one that loads a model is left behind."""


@contextmanager
def open_models(
    settings: Settings, first: LoadedModel, *, health: Health, metrics: Metrics
) -> Iterator[Served]:
    """Serve the first model, and another one as soon as it lies there (``model.poll_seconds``)."""
    with ExitStack() as opened:
        served = Served(
            first, lambda model: alert_policy(settings, model), health=health, metrics=metrics
        )
        if settings.model.poll_seconds > 0:
            watch = ModelWatch(
                _source(settings, settings.model_location, sha256=settings.model.sha256),
                role="current",
                use=served.use,
                health=health,
                metrics=metrics,
                generation=first.generation,
            )
            opened.enter_context(_looking(watch, "model-watch", settings.model.poll_seconds))
        yield served


def _source(settings: Settings, uri: str, *, sha256: str | None) -> StoredSource:
    return StoredSource(
        uri=uri,
        sha256=sha256,
        allowed_globals=settings.model.allowed_globals,
        warm_rows=settings.batch.max_events,
    )


def _looking(watch: ModelWatch, name: str, seconds: float) -> Periodic:
    return Periodic(watch.look, name=name, seconds=seconds, join_seconds=END_SECONDS)
