"""Whether the worker makes progress: pure rules over what it reports about itself.

Health is about progress, never about backlog: a worker with a million events before it is as
healthy as an idle one. A restart is asked for only where a restart can help.

=================  ===============================================  =====  ======
State              when (the first that holds)                      live   ready
=================  ===============================================  =====  ======
draining           SIGTERM came                                     yes    no
dependency down    something outside is away; waiting for it        yes    no
starting           ``started`` was not called yet                   yes    no
stalled            messages are held, but none was settled for      no     no
                   ``stall_seconds``
stream dead        a stream ended and was not opened again, or      yes    no
                   none ever was; not live once *none* is open
                   for ``dead_seconds``
working            messages are held, and are being settled         yes    yes
idle               nothing is held                                  yes    yes
=================  ===============================================  =====  ======

While a dependency is down, or before the start, nothing is expected to move: the time for
``stalled`` and ``stream dead`` begins when the last dependency is back.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What the worker is doing, or what keeps it from it."""

    DRAINING = "draining"
    STARTING = "starting"
    DEPENDENCY_DOWN = "dependency down"
    STALLED = "stalled"
    STREAM_DEAD = "stream dead"
    WORKING = "working"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class HealthReport:
    """The state at one moment, and what it was concluded from."""

    state: State
    live: bool
    """False asks Kubernetes to restart the pod."""
    ready: bool
    """False halts a rollout."""
    detail: str
    """One line for a person."""
    in_flight: int
    """Messages received and not yet settled."""
    open_streams: int
    dead_streams: Mapping[int, str]
    """Reason by stream."""
    down: Mapping[str, str]
    """Reason by dependency."""
    seconds_without_progress: float
    """Since the last message was settled, or since there was something to do; 0 when idle."""
    notes: Mapping[str, str]
    """What a person may want to know, and no probe: which model scores, which one was refused."""


class Health:
    """Collects what happens, from any thread; :meth:`report` concludes."""

    def __init__(
        self,
        *,
        stall_seconds: float = 120,
        dead_seconds: float = 60,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stall_seconds = stall_seconds
        self._dead_seconds = dead_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._started = False
        self._draining = False
        self._in_flight = 0
        self._progress_at = clock()
        self._down: dict[str, str] = {}
        self._open: set[int] = set()
        self._dead: dict[int, str] = {}
        self._notes: dict[str, str] = {}
        self._last_died_at = clock()

    def started(self) -> None:
        """Model loaded, edges open: from now on progress is expected."""
        with self._lock:
            self._started = True
            self._expect_progress()

    def draining(self) -> None:
        """No new messages are taken; what is held is finished."""
        with self._lock:
            self._draining = True

    def received(self, count: int = 1) -> None:
        """``count`` messages came in."""
        with self._lock:
            if self._in_flight == 0:
                self._progress_at = self._clock()
            self._in_flight += count

    def settled(self, count: int = 1) -> None:
        """``count`` messages were acknowledged or given back."""
        with self._lock:
            self._in_flight -= count
            self._progress_at = self._clock()

    def held(self, dependency: str, reason: str) -> None:
        """A dependency is away, and the worker waits for it."""
        with self._lock:
            self._down[dependency] = reason

    def released(self, dependency: str) -> None:
        """A dependency is back."""
        with self._lock:
            if self._down.pop(dependency, None) is not None and not self._down:
                self._expect_progress()

    def stream_opened(self, stream: int) -> None:
        """Stream number ``stream`` receives, for the first time or again."""
        with self._lock:
            self._dead.pop(stream, None)
            self._open.add(stream)

    def stream_died(self, stream: int, reason: str) -> None:
        """Stream number ``stream`` ended without being asked to."""
        with self._lock:
            if self._open or stream not in self._dead:
                self._last_died_at = self._clock()
            self._open.discard(stream)
            self._dead[stream] = reason

    def note(self, subject: str, text: str) -> None:
        """Show something that changes neither state nor probes."""
        with self._lock:
            self._notes[subject] = text

    def clear(self, subject: str) -> None:
        """Show it no longer."""
        with self._lock:
            self._notes.pop(subject, None)

    def report(self) -> HealthReport:
        """Conclude what state the worker is in now."""
        with self._lock:
            state = self._state()
            return HealthReport(
                state=state,
                live=not (state is State.STALLED or (state is State.STREAM_DEAD and self._deaf())),
                ready=state in {State.WORKING, State.IDLE},
                detail=self._detail(state),
                in_flight=self._in_flight,
                open_streams=len(self._open),
                dead_streams=dict(self._dead),
                down=dict(self._down),
                seconds_without_progress=self._without_progress(),
                notes=dict(self._notes),
            )

    def _expect_progress(self) -> None:
        self._progress_at = self._last_died_at = self._clock()

    def _state(self) -> State:
        rules = (
            (State.DRAINING, self._draining),
            (State.DEPENDENCY_DOWN, bool(self._down)),
            (State.STARTING, not self._started),
            (State.STALLED, self._without_progress() > self._stall_seconds),
            (State.STREAM_DEAD, bool(self._dead) or not self._open),
            (State.WORKING, self._in_flight > 0),
        )
        return next((state for state, holds in rules if holds), State.IDLE)

    def _without_progress(self) -> float:
        return self._clock() - self._progress_at if self._in_flight > 0 else 0

    def _deaf(self) -> bool:
        return not self._open and self._clock() - self._last_died_at > self._dead_seconds

    def _detail(self, state: State) -> str:
        if state is State.DEPENDENCY_DOWN:
            return "; ".join(f"waiting for {name}: {why}" for name, why in self._down.items())
        if state is State.STALLED:
            return f"{self._in_flight} messages held, none settled for {self._stall_seconds:g} s"
        if state is State.STREAM_DEAD:
            ended = (f"stream {name} ended: {why}" for name, why in self._dead.items())
            return "; ".join(ended) or "no stream was opened"
        return f"{self._in_flight} messages held, {len(self._open)} streams open"
