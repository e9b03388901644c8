"""One thing that is done every few seconds, beside everything else, until it is ended."""

import threading
from collections.abc import Callable
from typing import Self

import structlog

log = structlog.get_logger(__name__)


class Periodic:
    """A daemon thread between entering and leaving; an action that fails is done again next time.

    What an action expects to go wrong it handles itself. Anything else is a defect: it is logged
    with its traceback, and does not end the thread, which nobody would notice.
    """

    def __init__(
        self,
        action: Callable[[], object],
        *,
        name: str,
        seconds: float,
        at_once: bool = False,
        join_seconds: float | None = None,
    ) -> None:
        """Say what is done, and how often.

        Args:
            action: what is done.
            name: of the thread, and in the log.
            seconds: from the end of one action to the next.
            at_once: whether the first is done at the start, or after the first ``seconds``.
            join_seconds: how long leaving waits for an action that runs; None for its end.
        """
        self._action = action
        self._name = name
        self._seconds = seconds
        self._at_once = at_once
        self._join_seconds = join_seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(self._join_seconds)

    def ends_within(self, seconds: float) -> bool:
        """Pause inside an action; True at once, without the rest of the pause, when it is ended."""
        return self._ended.wait(seconds)

    def _run(self) -> None:
        if self._at_once:
            self._act()
        while not self.ends_within(self._seconds):
            self._act()

    def _act(self) -> None:
        try:
            self._action()
        except Exception:
            log.exception("periodic_failed", task=self._name)
