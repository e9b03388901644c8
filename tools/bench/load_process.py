"""The process that makes the load, so that measuring costs the measured nothing but a core.

It is started once and does one piece of work after another, with its imports done. It ends with
its parent however that ends: the pipe between them closes.
"""

import multiprocessing
import signal
from collections.abc import Callable
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from tools.errors import BadInput
from tools.terminal import Interruption

P = ParamSpec("P")
T = TypeVar("T")

LOOK_SECONDS = 0.2


class TooSlow(BadInput):
    """A piece of work was not done in the time that it has."""


class LoadProcess:
    """A context manager; at the block's end the process is ended, whatever it does."""

    def __init__(self, ending: Interruption) -> None:
        self._ending = ending
        # Spawned: a copy made by fork would have gRPC's locks, but not its threads.
        self._pool = multiprocessing.get_context("spawn").Pool(1, _leave_ctrl_c_to_the_parent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.terminate()
        self._pool.join()

    def run(
        self, what: str, seconds: float, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Let the process do ``work``, a function of a module, and give what it gives.

        Raises:
            TooSlow: it took more than ``seconds``; ``what`` names the work.
            KeyboardInterrupt: Ctrl-C or SIGTERM came.
        """
        result = self._pool.apply_async(work, args, kwargs)
        for _ in range(round(seconds / LOOK_SECONDS)):
            result.wait(LOOK_SECONDS)
            self._ending.check()
            if result.ready():
                return result.get()
        raise TooSlow(f"{what} was not done within {seconds:.0f} s")


def _leave_ctrl_c_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
