"""A model that is replaced while the worker runs is loaded aside, and used or refused.

Everything here happens in a thread of its own, beside the scoring: whatever goes wrong, the worker
goes on with the model that it has.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from consumer.errors import BadModel, ChurnError
from consumer.health import Health
from consumer.model.load import load_model
from consumer.model.loaded import LoadedModel
from consumer.model.source import current_generation
from consumer.model.warm import warm
from consumer.telemetry import Metrics, Role

log = structlog.get_logger(__name__)


class ModelSource(Protocol):
    """Where the model lies."""

    def current_generation(self) -> str:
        """Tell what ``LoadedModel.generation`` would be now. Raises ChurnError."""
        ...

    def load(self) -> LoadedModel:
        """Give the model as it is now, checked and warm. Raises ChurnError."""
        ...


@dataclass(frozen=True, slots=True)
class StoredSource:
    """A model in a bucket or a file, with what the settings say of it."""

    uri: str
    sha256: str | None
    allowed_globals: tuple[str, ...]
    warm_rows: int
    """As many as the largest batch has."""

    def current_generation(self) -> str:
        """Look afresh."""
        return current_generation(self.uri)

    def load(self) -> LoadedModel:
        """Fetch, verify, load, probe and warm."""
        model = load_model(self.uri, sha256=self.sha256, allowed_globals=self.allowed_globals)
        warm(model, self.warm_rows)
        return model


@dataclass(frozen=True, slots=True)
class _Bad:
    """A generation that was not fit to be used, and why."""

    generation: str
    reason: str


class ModelWatch:
    """Looks whether another model lies there than the one that is used.

    A generation that cannot be used is refused when it is still there at the next look: before,
    it may be half of an upload.
    """

    def __init__(
        self,
        source: ModelSource,
        *,
        role: Role,
        use: Callable[[LoadedModel], object],
        health: Health,
        metrics: Metrics,
        generation: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with a model that is used already, or with none.

        Args:
            source: where models lie.
            role: what the model is for, in metrics, log and status page.
            use: takes each model that passed every check.
            health: shows what was refused.
            metrics: counts.
            generation: of the model that is used already.
            clock: seconds.
        """
        self._source = source
        self._role = role
        self._use = use
        self._health = health
        self._metrics = metrics
        self._clock = clock
        self._used = generation
        self._suspect: _Bad | None = None
        self._refused: _Bad | None = None
        self._out_of_reach = False

    def look(self) -> None:
        """Look once; whatever goes wrong is logged once, and tried again at the next look."""
        try:
            self._look()
        except ChurnError as error:
            self._failed(str(error))
        else:
            self._reached()

    def _look(self) -> None:
        there = self._source.current_generation()
        if there == self._used:
            self._forget_the_bad()
        elif self._refused and there == self._refused.generation:
            return
        elif self._suspect and there == self._suspect.generation:
            self._refuse(self._suspect)
        else:
            self._try(there)

    def _try(self, there: str) -> None:
        started = self._clock()
        try:
            model = self._source.load()
        except BadModel as error:
            self._suspect = _Bad(there, str(error))
            return
        seconds = self._clock() - started
        self._metrics.model_load_seconds.labels(role=self._role).observe(seconds)
        self._use(model)
        self._used = model.generation
        self._forget_the_bad()
        log.info(
            "model_in_use",
            role=self._role,
            **model.reference.model_dump(),
            generation=model.generation,
            load_seconds=round(seconds, 3),
        )

    def _refuse(self, bad: _Bad) -> None:
        self._suspect, self._refused = None, bad
        self._metrics.model_refused.labels(role=self._role).inc()
        self._health.note(f"{self._role} model refused", bad.reason)
        log.warning("model_refused", role=self._role, reason=bad.reason, generation=bad.generation)

    def _forget_the_bad(self) -> None:
        self._suspect = self._refused = None
        self._health.clear(f"{self._role} model refused")

    def _failed(self, reason: str) -> None:
        self._metrics.model_look_failures.labels(role=self._role).inc()
        self._health.note(f"{self._role} model out of reach", reason)
        if not self._out_of_reach:
            log.warning("model_out_of_reach", role=self._role, reason=reason)
        self._out_of_reach = True

    def _reached(self) -> None:
        self._health.clear(f"{self._role} model out of reach")
        if self._out_of_reach:
            log.info("model_within_reach", role=self._role)
        self._out_of_reach = False
