"""Is the server still there? One small call now and then, without pulling.

The client library reopens broken streams for ever and says nothing, so a worker without events
looks the same whether there are none or Pub/Sub is away. This tells the two apart.
"""

from collections.abc import Callable
from typing import Self

from consumer.errors import ChurnError
from consumer.health import Health
from consumer.periodic import Periodic

CHECK_SECONDS = 10.0
DEPENDENCY = "subscription"


class Reachability:
    """Asks every few seconds, in a thread of its own, and tells the health rules what it finds."""

    def __init__(
        self, ask: Callable[[], object], health: Health, *, seconds: float = CHECK_SECONDS
    ) -> None:
        self._ask = ask
        self._health = health
        self._periodic = Periodic(self.look, name="reachability", seconds=seconds)

    def __enter__(self) -> Self:
        self._periodic.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._periodic.__exit__()

    def look(self) -> None:
        """Ask once."""
        try:
            self._ask()
        except ChurnError as error:
            # Where the worker is broken the streams end with the same error and stop it.
            self._health.held(DEPENDENCY, str(error))
        else:
            self._health.released(DEPENDENCY)
