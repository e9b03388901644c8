"""The faults that are set on one server, and who is to be told when they change."""

import threading
from collections.abc import Collection
from typing import Any, Protocol, TypeVar

from tools.emulator.faults.injection import Injection
from tools.emulator.faults.rules import AnyFault, Fault

F = TypeVar("F", bound=Fault)


class Deliverer(Protocol):
    """Hands out the messages of one subscription."""

    def wake(self) -> None:
        """Look again whether there is something to hand out."""

    def break_streams(self, names: Fault) -> None:
        """End every open stream, if the subscription is concerned."""


class Faults:
    """The rules at work, in the order in which they were set.

    Rules are set and ended by any thread; they are asked, and deliverers told, by the server's.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self.injections: tuple[Injection[Any], ...] = ()
        """Empty where nothing misbehaves: whoever asks looks at this first."""
        self._seed = seed
        self._changing = threading.Lock()
        self._deliverers: set[Deliverer] = set()

    def begin(self, rule: AnyFault) -> Injection[Any]:
        """Set a rule."""
        with self._changing:
            copy = sum(other.rule == rule for other in self.injections)
            injection = Injection(rule, seed=self._seed, copy=copy)
            self.injections = (*self.injections, injection)
        return injection

    def end(self, injection: Injection[Any]) -> None:
        """End a rule; one that has ended already stays so."""
        with self._changing:
            self.injections = tuple(each for each in self.injections if each is not injection)

    def struck(
        self, kind: type[F], names: Collection[str], *, rpc: str | None = None
    ) -> list[Injection[Any]]:
        """Ask every rule of a kind that concerns these names, and give those that strike.

        All are asked, even where one has struck: none changes what another does.
        """
        asked = (
            each
            for each in self.injections
            if isinstance(each.rule, kind)
            and rpc in (None, getattr(each.rule, "rpc", None))
            and each.rule.concerns(names)
        )
        return [each for each in asked if each.strikes()]

    def join(self, deliverer: Deliverer) -> None:
        """Tell a deliverer from now on."""
        self._deliverers.add(deliverer)

    def leave(self, deliverer: Deliverer) -> None:
        """Tell a deliverer no more."""
        self._deliverers.discard(deliverer)

    def wake(self) -> None:
        """Let every deliverer look again."""
        for deliverer in self._deliverers:
            deliverer.wake()

    def break_streams(self, concerned: Fault) -> None:
        """End the open streams of the subscriptions that are concerned."""
        for deliverer in self._deliverers:
            deliverer.break_streams(concerned)
