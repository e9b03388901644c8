"""Which model scores, and the alert policy that belongs to it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from consumer.alerts import AlertPolicy
from consumer.health import Health
from consumer.model import LoadedModel
from consumer.telemetry import Metrics

_SHOWN = 12
"""Digits of a digest that a person compares."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What one batch is scored and decided by, from its begin to its end."""

    model: LoadedModel
    policy: AlertPolicy


class Served:
    """The model in use: a batch takes :attr:`current` once; another thread may replace it."""

    def __init__(
        self,
        first: LoadedModel,
        policy_of: Callable[[LoadedModel], AlertPolicy],
        *,
        health: Health,
        metrics: Metrics,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Serve a first model.

        Args:
            first: the model that scores until it is replaced.
            policy_of: gives the policy that belongs to a model.
            health: shows which model it is.
            metrics: show it too, and how long batches may have waited for a swap.
            clock: seconds.
        """
        self._policy_of = policy_of
        self._health = health
        self._metrics = metrics
        self._clock = clock
        self._lock = threading.Lock()
        self._serving = Serving(first, policy_of(first))
        self._show(first)

    @property
    def current(self) -> Serving:
        """Model and policy for one batch."""
        with self._lock:
            return self._serving

    def use(self, model: LoadedModel) -> None:
        """Let the next batch be scored by this model, which is ready."""
        serving = Serving(model, self._policy_of(model))
        started = self._clock()
        with self._lock:
            self._serving = serving
        # No batch can have waited for longer than the lock was asked for and held.
        self._metrics.model_swap_seconds.observe(self._clock() - started)
        self._show(model)

    def _show(self, model: LoadedModel) -> None:
        reference = model.reference
        self._metrics.model(reference, row_by_row=model.row_by_row)
        digest = reference.sha256[:_SHOWN]
        self._health.note("current model", f"{reference.name} {reference.version}, sha256 {digest}")
