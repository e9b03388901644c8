"""Is the server still there? One small call now and then, without pulling.

The client library reopens broken streams for ever and says nothing, so a worker without events
looks the same whether there are none or Pub/Sub is away. This tells the two apart.
"""

import threading
from collections.abc import Callable
from typing import Self

from consumer.errors import ChurnError
from consumer.health import Health

CHECK_SECONDS = 10.0
DEPENDENCY = "subscription"


class Reachability:
    """A thread that asks every few seconds; what it finds is told to the health rules."""

    def __init__(
        self, ask: Callable[[], object], health: Health, *, seconds: float = CHECK_SECONDS
    ) -> None:
        self._ask = ask
        self._health = health
        self._seconds = seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reachability", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def look(self) -> None:
        """Ask once."""
        try:
            self._ask()
        except ChurnError as error:
            # Where the worker is broken the streams end with the same error and stop it.
            self._health.held(DEPENDENCY, str(error))
        else:
            self._health.released(DEPENDENCY)

    def _run(self) -> None:
        while not self._ended.wait(self._seconds):
            self.look()
