"""What a worker does about drift: it counts what was scored, once that is handed on.

It never touches the main path: a batch is counted after it was handed on, and what goes wrong here
is logged and ends there.
"""

from dataclasses import dataclass
from typing import Final, Protocol

import pandas as pd
import structlog

from consumer.drift.layout import Layout
from consumer.drift.metrics import DriftMetrics
from consumer.drift.psi import FEWEST, Floats
from consumer.drift.window import Window
from consumer.score import Seen, unseen
from schemas.alerts import ModelReference
from schemas.manifest import DriftReference

log = structlog.get_logger(__name__)


class Measurable(Protocol):
    """A model that may know what it was trained on."""

    @property
    def reference(self) -> ModelReference:
        """Which model it is."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """The frame's columns."""
        ...

    @property
    def drift(self) -> DriftReference | None:
        """What drift is measured against; None where that is not known."""
        ...


class Meter(Protocol):
    """Who is shown what is scored, and told when it was handed on."""

    def begin(self, model: Measurable) -> Seen:
        """Begin a batch; what was seen of one that was not released is forgotten."""
        ...

    def release(self) -> None:
        """The batch was handed on; must neither wait nor raise."""
        ...


class NoMeter:
    """Where nothing is measured."""

    def begin(self, model: Measurable) -> Seen:
        """Look at nothing."""
        del model
        return unseen

    def release(self) -> None:
        """Do nothing."""


NO_METER: Final = NoMeter()


class DriftMeter:
    """Keeps a window of the model in use; another model begins another window."""

    def __init__(self, metrics: DriftMetrics) -> None:
        self._metrics = metrics
        self._model: Measurable | None = None
        self._followed: Measurable | None = None
        self._measured: _Measured | None = None
        self._seen: list[tuple[pd.DataFrame, Floats]] = []
        self._fails = False

    def begin(self, model: Measurable) -> Seen:
        """Remember what this model scores, until it is released."""
        self._model = model
        self._seen = []
        return self._see

    def release(self) -> None:
        """Count the batch."""
        try:
            self._count()
        except Exception as problem:  # noqa: BLE001 - whatever a reference holds, the worker goes on
            self._failed(problem)
        else:
            self._fails = False

    def _see(self, frame: pd.DataFrame, scores: Floats) -> None:
        self._seen.append((frame, scores))

    def _count(self) -> None:
        seen, self._seen = self._seen, []
        if self._model is not None and self._model is not self._followed:
            self._followed, self._measured = self._model, None
            self._metrics.begin()
            self._measured = _measured(self._model)
        if self._measured is not None:
            for frame, scores in seen:
                self._measured.add(frame, scores)
            self._measured.show(self._metrics)

    def _failed(self, problem: Exception) -> None:
        """Say it once, and only the kind of the error: its text may hold a value."""
        if not self._fails:
            log.warning("drift_fails", reason=type(problem).__name__)
        self._fails = True


@dataclass(frozen=True, slots=True)
class _Measured:
    """A model that is measured, and its window."""

    version: str
    layout: Layout
    window: Window

    def add(self, frame: pd.DataFrame, scores: Floats) -> None:
        self.window.add(self.layout.count(frame, scores), len(scores))

    def show(self, metrics: DriftMetrics) -> None:
        metrics.filled(self.version, self.window.events)
        if self.window.events >= FEWEST:
            names = (each.feature for each in self.layout.features)
            indices = self.layout.psi(self.window.counts).tolist()
            metrics.drifted(zip(names, indices, strict=True))


def _measured(model: Measurable) -> _Measured | None:
    """Begin a window, where the model's manifest says what to compare it with."""
    version = model.reference.version
    if model.drift is None:
        log.info("drift_not_measured", version=version, reason="its manifest has no reference")
        return None
    layout = Layout.of(model.drift, model.columns)
    return _Measured(version, layout, Window(layout.zeros()))
