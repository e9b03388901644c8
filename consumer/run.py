"""Run one worker in this process until it is told to stop."""

from collections.abc import Mapping

import structlog

from consumer.garbage import leave_alone_what_stays
from consumer.health import Health
from consumer.settings import Settings
from consumer.status_server import StatusServer
from consumer.stopping import StopSignal
from consumer.telemetry import Metrics
from consumer.wiring import open_worker

log = structlog.get_logger(__name__)


def run_worker(settings: Settings, stop: StopSignal) -> None:
    """Work until it is asked to stop; the status server answers from the first moment on.

    Raises:
        DependencyDown: a part was still away at the start when somebody asked to stop.
        WorkerBroken: something is wrong that somebody has to mend.
    """
    metrics, health = Metrics(), Health()
    with (
        StatusServer(settings.api, health=health, metrics=metrics, about=lambda: about(settings)),
        open_worker(settings, stop=stop, health=health, metrics=metrics) as worker,
    ):
        leave_alone_what_stays()
        health.started()
        log.info("ready", subscription=settings.subscription_path)
        worker.run()
    log.info("stopped")


def about(settings: Settings) -> Mapping[str, object]:
    """What the status page says besides health: which worker this is, and what it works on."""
    return {
        "deployment": settings.deployment,
        "subscription": settings.subscription_path,
        "alert_topic": settings.alert_topic_path,
        "dead_letter_topic": settings.dead_letter_topic_path,
        "model": settings.model_location,
    }
