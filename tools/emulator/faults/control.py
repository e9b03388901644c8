"""Setting faults from Python, while the server runs in a thread of its own."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypedDict, Unpack

from tools.emulator.faults.faults import Faults
from tools.emulator.faults.injection import Injection
from tools.emulator.faults.rpcs import Rpc, Status
from tools.emulator.faults.rules import (
    AmbiguousPublishes,
    AnyFault,
    BreakStreams,
    Delay,
    DropAcks,
    DuplicateDeliveries,
    Fail,
    Fault,
    OutOfOrder,
    Pause,
)

RunOnServer = Callable[[Callable[[], None]], None]
"""Has something done soon by the server's own thread; nothing, where the server has stopped."""


class Which(TypedDict, total=False):
    """Which calls, deliveries, responses or ack ids a fault strikes; see ``rules.Striking``."""

    topic: str
    subscription: str
    after: int
    every: int
    share: float
    times: int | None


class ActiveFault:
    """A fault that is set; it ends with its ``with`` block, or when it is told to."""

    def __init__(self, injection: Injection[Any], end: Callable[[Injection[Any]], None]) -> None:
        self._injection = injection
        self._end = end

    @property
    def injected(self) -> int:
        """How often it has struck; a pause: how often it held something back."""
        return self._injection.injected

    def end(self) -> None:
        """End the fault; once it has ended, do nothing."""
        self._end(self._injection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()


class FaultControl:
    """Sets faults on a running server, from any thread but the server's own.

    Each begins at once, and ends with its ``with`` block::

        with server.faults.fail("Publish", times=3) as fault:
            ...
        assert fault.injected == 3

    Wrong values are refused as pydantic's ``ValidationError``.
    """

    def __init__(self, faults: Faults, run_on_server: RunOnServer) -> None:
        self._faults = faults
        self._run_on_server = run_on_server

    def fail(self, rpc: Rpc, status: Status = "UNAVAILABLE", **which: Unpack[Which]) -> ActiveFault:
        """Answer calls of an RPC with a status, without doing anything."""
        return self.inject(Fail(rpc=rpc, status=status, **which))

    def ambiguous_publishes(
        self, status: Status = "UNAVAILABLE", **which: Unpack[Which]
    ) -> ActiveFault:
        """Publish, and then answer with a status as if it had failed."""
        return self.inject(AmbiguousPublishes(status=status, **which))

    def delay(self, rpc: Rpc, seconds: float, **which: Unpack[Which]) -> ActiveFault:
        """Let calls of an RPC wait before anything is done."""
        return self.inject(Delay(rpc=rpc, seconds=seconds, **which))

    def break_streams(self, **which: Unpack[Which]) -> ActiveFault:
        """End StreamingPull calls with UNAVAILABLE after a response."""
        return self.inject(BreakStreams(**which))

    def duplicate_deliveries(self, **which: Unpack[Which]) -> ActiveFault:
        """Deliver messages twice; the first ack id is stale."""
        return self.inject(DuplicateDeliveries(**which))

    def drop_acks(self, **which: Unpack[Which]) -> ActiveFault:
        """Answer OK to acknowledgements and forget them."""
        return self.inject(DropAcks(**which))

    def out_of_order(self, **which: Unpack[Which]) -> ActiveFault:
        """Shuffle the messages of a response."""
        return self.inject(OutOfOrder(**which))

    def pause(self, subscription: str = "", *, topic: str = "") -> ActiveFault:
        """Deliver nothing until the fault ends; by default on every subscription."""
        return self.inject(Pause(subscription=subscription, topic=topic))

    def break_open_streams(self, subscription: str = "", *, topic: str = "") -> None:
        """End the StreamingPull calls that are open now with UNAVAILABLE; by default all."""
        concerned = Fault(subscription=subscription, topic=topic)
        self._run_on_server(lambda: self._faults.break_streams(concerned))

    def inject(self, rule: AnyFault) -> ActiveFault:
        """Set any fault."""
        return ActiveFault(self._faults.begin(rule), self._end)

    def end_all(self) -> None:
        """End every fault that is set."""
        for injection in self._faults.injections:
            self._end(injection)

    def _end(self, injection: Injection[Any]) -> None:
        self._faults.end(injection)
        self._run_on_server(self._faults.wake)
