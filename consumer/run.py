"""Run one worker in this process until it is told to stop."""

import signal
import time
from types import FrameType

import structlog

from consumer.health import Health
from consumer.settings import Settings
from consumer.status_server import StatusServer
from consumer.stopping import StopSignal
from consumer.telemetry import Metrics
from consumer.wiring import open_worker

log = structlog.get_logger(__name__)


def run_worker(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; the status server answers from the first moment on.

    Raises:
        DependencyDown: a part could not be reached at start.
        WorkerBroken: something is wrong that somebody has to mend.
    """
    stop = StopSignal(drain_seconds=settings.pubsub.drain_seconds, clock=time.monotonic)
    _stop_on_signals(stop)
    metrics, health = Metrics(), Health()
    with (
        StatusServer(settings.api, health=health, metrics=metrics),
        open_worker(settings, stop=stop, health=health, metrics=metrics) as worker,
    ):
        health.started()
        log.info("ready", subscription=settings.subscription_path)
        worker.run()
    log.info("stopped")


def _stop_on_signals(stop: StopSignal) -> None:
    """SIGTERM is Kubernetes', SIGINT is Ctrl-C; as process 1 neither has a default."""

    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.request()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)
