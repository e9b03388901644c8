"""A candidate model scores what the current one scored; it publishes nothing, it is only compared.

It never touches the main path: a batch is handed over once it was scored, to a thread of its
own that rests as long as it worked; where that is behind, batches are dropped and counted.
"""

import queue
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Protocol, Self

import structlog

from consumer.comparison import Pair, comparable, compare
from consumer.errors import ChurnError
from consumer.health import Health
from consumer.message import Message
from consumer.ports import Model
from consumer.shadow_metrics import ShadowMetrics
from consumer.stages import Scored

WAITING: Final = 2
"""Batches that wait for the shadow at most; one more is being scored."""
END_SECONDS: Final = 2.0
"""How long the worker's end waits for the batch that is being compared."""

_FAILS: Final = "shadow model fails"
_NO_MESSAGE: Final = Message("", b"", {}, publish_time=datetime.fromtimestamp(0, UTC))

log = structlog.get_logger(__name__)


class Comparer(Protocol):
    """Who is told what was scored, and when it was handed on."""

    def note(self, scored: Sequence[Scored], model: Model, threshold: float) -> None:
        """Take note of what a batch was scored, and by what; must cost nothing."""
        ...

    def release(self) -> None:
        """The batch of the last note was handed on."""
        ...


class NoShadow:
    """Where no shadow is set."""

    def note(self, scored: Sequence[Scored], model: Model, threshold: float) -> None:
        """Do nothing."""

    def release(self) -> None:
        """Do nothing."""


NO_SHADOW: Final = NoShadow()


@dataclass(frozen=True, slots=True)
class _Noted:
    scored: Sequence[Scored]
    threshold: float
    against: str
    """The digest of the model that scored."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    model: Model
    threshold: float


@dataclass(frozen=True, slots=True)
class _Task:
    noted: _Noted
    candidate: _Candidate


class Shadow:
    """Compares in a thread between entering and leaving."""

    def __init__(
        self,
        metrics: ShadowMetrics,
        health: Health,
        threshold_of: Callable[[Model], float],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._metrics = metrics
        self._health = health
        self._threshold_of = threshold_of
        self._clock = clock
        self._candidate: _Candidate | None = None
        self._noted: _Noted | None = None
        self._compared: tuple[str, str] | None = None
        self._fails = False
        self._waiting: queue.Queue[_Task | None] = queue.Queue(WAITING)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="shadow", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        with suppress(queue.Full):  # then it is at work, and looks whether it is ended
            self._waiting.put_nowait(None)
        self._thread.join(END_SECONDS)

    def use(self, model: Model) -> None:
        """Compare with this model from the next batch on."""
        self._candidate = _Candidate(model, self._threshold_of(model))
        reference = model.reference
        self._health.note("shadow model", f"{reference.name} {reference.version}")

    def note(self, scored: Sequence[Scored], model: Model, threshold: float) -> None:
        """Remember what a batch was scored; what was noted before it is forgotten."""
        self._noted = _Noted(scored, threshold, model.reference.sha256)

    def release(self) -> None:
        """Hand the noted batch over, or drop it; never waits."""
        noted, self._noted = self._noted, None
        if noted is None or not noted.scored:
            return
        candidate = self._candidate
        if candidate is None:
            self._metrics.skipped("not loaded", len(noted.scored))
            return
        light = replace(noted, scored=_without_messages(noted.scored))
        try:
            self._waiting.put_nowait(_Task(light, candidate))
        except queue.Full:
            self._metrics.skipped("behind", len(noted.scored))

    def _run(self) -> None:
        while (task := self._waiting.get()) is not None:
            started = self._clock()
            self._try(task)
            if self._ended.wait(self._clock() - started):  # at most half of one core
                return

    def _try(self, task: _Task) -> None:
        try:
            self._compare(task.noted, task.candidate)
        except Exception as problem:  # noqa: BLE001 - whatever a candidate does, the worker goes on
            self._failed(problem, len(task.noted.scored))
        else:
            self._fails = False
            self._health.clear(_FAILS)

    def _compare(self, noted: _Noted, candidate: _Candidate) -> None:
        scored = comparable(noted.scored, candidate.model)
        pairs = compare(scored, noted.threshold, candidate.model, candidate.threshold)
        reference = candidate.model.reference
        if self._compared != (reference.sha256, noted.against):
            self._compared = (reference.sha256, noted.against)
            self._metrics.begin(reference, noted.against)
        self._metrics.skipped("incomplete", len(noted.scored) - len(scored))
        self._count(pairs)

    def _count(self, pairs: Sequence[Pair]) -> None:
        decided = Counter((each.current, each.candidate, each.country) for each in pairs)
        for (current, candidate, country), count in decided.items():
            self._metrics.decided(current, candidate, country, count)
        differences: defaultdict[str, list[float]] = defaultdict(list)
        for each in pairs:
            differences[each.country].append(each.difference)
        for country, some in differences.items():
            self._metrics.differs(country, some)

    def _failed(self, problem: Exception, events: int) -> None:
        """Say it once, and only the kind of a foreign error: its text may hold personal data."""
        self._metrics.skipped("failed", events)
        reason = str(problem) if isinstance(problem, ChurnError) else type(problem).__name__
        self._health.note(_FAILS, reason)
        if not self._fails:
            log.warning("shadow_failed", reason=reason)
        self._fails = True


def _without_messages(scored: Sequence[Scored]) -> list[Scored]:
    """Let go of the messages' bytes, which count against ``pubsub.max_bytes`` no longer."""
    return [item._replace(row=item.row._replace(message=_NO_MESSAGE)) for item in scored]
