"""Wait out a dependency that is away: nothing is given back and no delivery attempt is spent."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

import structlog

from consumer.back_off import back_off
from consumer.errors import ChurnError, DependencyDown
from consumer.health import Health
from consumer.stopping import StopSignal
from consumer.telemetry import Metrics

Result = TypeVar("Result")

_SLICE_SECONDS = 0.1
"""How often a waiting thread looks whether its time to stop is over."""

log = structlog.get_logger(__name__)


class Hold:
    """Repeats what a dependency that is away prevents, until it is back or the time is over."""

    def __init__(
        self,
        stop: StopSignal,
        *,
        health: Health,
        metrics: Metrics,
        random_: random.Random,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._stop = stop
        self.health = health
        self.metrics = metrics
        self._random = random_
        self._clock = clock
        self._sleep = sleep

    def until_up(self, action: Callable[[], Result]) -> Result:
        """Do it; where a dependency is down, do it again and again until it is done.

        Raises:
            DependencyDown: the dependency was still away when the time to stop was over.
        """
        return self._repeat(action, lambda: self._stop.expired)

    def until_up_at_start(self, action: Callable[[], Result]) -> Result:
        """Do it as :meth:`until_up` does; nothing is held yet that a stop leaves time to finish.

        Raises:
            DependencyDown: the dependency was still away when somebody asked to stop.
        """
        return self._repeat(action, lambda: self._stop.requested)

    def _repeat(self, action: Callable[[], Result], is_over: Callable[[], bool]) -> Result:
        down: DependencyDown | None = None
        counted_until = 0.0
        for delay in back_off(self._random):
            try:
                result = action()
            except DependencyDown as error:
                self._held(error, first=down is None)
                if down is None:
                    counted_until = self._clock()
                down = error
                self._wait(delay, error, is_over)
                counted_until = self._count(error, counted_until)
            except ChurnError:
                self._released(down)  # whatever it answered, it did answer
                raise
            else:
                self._released(down)
                return result
        raise AssertionError("back-off never ends")

    def _held(self, error: DependencyDown, *, first: bool) -> None:
        self.health.held(error.dependency, str(error))
        if first:
            log.warning("dependency_down", dependency=error.dependency, reason=str(error))

    def _released(self, error: DependencyDown | None) -> None:
        if error is None:
            return
        self.health.released(error.dependency)
        self.metrics.released(error.dependency)
        log.info("dependency_back", dependency=error.dependency)

    def _wait(self, delay: float, error: DependencyDown, is_over: Callable[[], bool]) -> None:
        started = self._clock()
        while self._clock() - started < delay:
            if is_over():
                raise error
            self._sleep(_SLICE_SECONDS)

    def _count(self, error: DependencyDown, since: float) -> float:
        """Count what has passed as held, the tries too: one may take as long as the waits do."""
        now = self._clock()
        self.metrics.held(error.dependency, now - since)
        return now
