"""The models of a worker while it runs: the one that scores, its shadow, and who replaces them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from consumer.drift import DriftMeter, DriftMetrics, Meter
from consumer.health import Health
from consumer.model import LoadedModel
from consumer.model.watch import ModelWatch, StoredSource
from consumer.periodic import Periodic
from consumer.scorer import alert_policy, threshold_of
from consumer.served import Served
from consumer.settings import Settings
from consumer.shadow import NO_SHADOW, Comparer, Shadow
from consumer.shadow_metrics import ShadowMetrics
from consumer.telemetry import Metrics

END_SECONDS = 2.0
"""How long the worker's end waits for a look; one that loads a model is left behind."""
SHADOW_SECONDS = 60.0
"""Between looks for the shadow where ``model.poll_seconds`` is 0: it is not there at the start."""


@dataclass(frozen=True, slots=True)
class Models:
    """What scores, what is compared with it, and what measures how far its inputs drift."""

    served: Served
    shadow: Comparer
    meter: Meter

    def scored(self) -> None:
        """Look at the batch that was scored."""
        self.shadow.release()
        self.meter.release()


@contextmanager
def open_models(
    settings: Settings, first: LoadedModel, *, health: Health, metrics: Metrics
) -> Iterator[Models]:
    """Serve the first model, and another one as soon as it lies there (``model.poll_seconds``)."""
    served = Served(
        first, lambda model: alert_policy(settings, model), health=health, metrics=metrics
    )
    watch = ModelWatch(
        _source(settings, settings.model_location, sha256=settings.model.sha256),
        role="current",
        use=served.use,
        health=health,
        metrics=metrics,
        generation=first.generation,
    )
    with ExitStack() as opened:
        if settings.model.poll_seconds > 0:
            opened.enter_context(_looking(watch.look, "model-watch", settings.model.poll_seconds))
        shadow = opened.enter_context(_shadow(settings, health, metrics))
        yield Models(served, shadow, DriftMeter(DriftMetrics(metrics.registry)))


@contextmanager
def _shadow(settings: Settings, health: Health, metrics: Metrics) -> Iterator[Comparer]:
    """Compare with ``model.shadow`` from the moment on that it is loaded, beside everything."""
    if settings.model.shadow is None:
        yield NO_SHADOW
        return
    shadow = Shadow(
        ShadowMetrics(metrics.registry), health, lambda model: threshold_of(settings, model)
    )
    # model.sha256 pins the model that scores; the shadow's digest is that of its manifest.
    source = _source(settings, settings.model.shadow, sha256=None)
    watch = ModelWatch(source, role="shadow", use=shadow.use, health=health, metrics=metrics)
    seconds = settings.model.poll_seconds or SHADOW_SECONDS
    with shadow, _looking(watch.look, "shadow-watch", seconds, at_once=True):
        yield shadow


def _source(settings: Settings, uri: str, *, sha256: str | None) -> StoredSource:
    return StoredSource(
        uri=uri,
        sha256=sha256,
        allowed_globals=settings.model.allowed_globals,
        warm_rows=settings.batch.max_events,
    )


def _looking(
    look: Callable[[], None], name: str, seconds: float, *, at_once: bool = False
) -> Periodic:
    return Periodic(look, name=name, seconds=seconds, at_once=at_once, join_seconds=END_SECONDS)
