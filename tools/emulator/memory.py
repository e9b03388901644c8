"""Gives memory back to the system when a large backlog was drained.

Every message is freed when it is acknowledged. But the interpreter keeps freed objects for later,
each of which holds a whole arena of memory, until a full collection clears them ("gc.collect"), and
a long-lived process runs that ever more seldom; the C library keeps what is freed, too, until it is
told to trim ("malloc_trim(3)"). So both are asked for once a drain is over.
"""

import asyncio
import ctypes
import gc
import sys
from collections.abc import Callable

LOOK_SECONDS = 0.5
LARGE = 100_000
"""Blocks of memory that are worth a pause of a few milliseconds: about 20,000 messages."""
_STILL = 1_000
"""Blocks by which a count changes though nobody drains anything."""


class Drains:
    """Tells by the number of blocks of memory in use when a large drain is over."""

    def __init__(self) -> None:
        self._highest = 0
        self._last = 0

    def is_over(self, blocks: int) -> bool:
        """Look at the number of blocks; true once for each large drain, when it falls no more."""
        falling = self._last - blocks > _STILL
        self._last = blocks
        self._highest = max(self._highest, blocks)
        if falling or self._highest - blocks < LARGE:
            return False
        self._highest = blocks
        return True


async def give_back_memory(
    *, look_seconds: float = LOOK_SECONDS, blocks: Callable[[], int] = sys.getallocatedblocks
) -> None:
    """Watch this process until it is cancelled; for a process that does nothing but serve.

    What is there already, such as all that was imported, is not looked at by the collector again.
    """
    gc.freeze()
    trim, drains = _trim(), Drains()
    while True:
        await asyncio.sleep(look_seconds)
        if drains.is_over(blocks()):
            gc.collect()
            trim()


def _trim() -> Callable[[], object]:
    """Find the C library's own way to give memory back; others than glibc have none."""
    if sys.platform != "linux":
        return _nothing
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return _nothing if malloc_trim is None else lambda: malloc_trim(0)


def _nothing() -> None:
    """Have nothing to trim."""
