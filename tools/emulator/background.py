"""The server in a thread of its own, for Python programs that need one beside them."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tools.emulator.faults.control import FaultControl
from tools.emulator.faults.faults import Faults
from tools.emulator.server import Server


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers at ``address``, as ``HOST:PORT``, and misbehaves as ``faults`` say."""

    address: str
    faults: FaultControl


@dataclass(frozen=True, slots=True)
class _Started:
    address: str
    loop: asyncio.AbstractEventLoop
    stop: asyncio.Event

    def run(self, call: Callable[[], None]) -> None:
        """Have something done by the server's thread; nothing, once it has stopped."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(call)


@contextmanager
def serve(host: str = "127.0.0.1", port: int = 0, *, seed: int = 0) -> Iterator[Running]:
    """Serve Pub/Sub in a background thread as long as the ``with`` block lasts.

    Port 0 takes a free port; the address is in what the block gets, and so are the faults, of which
    the dice follow from ``seed``::

        with serve() as server:
            os.environ["PUBSUB_EMULATOR_HOST"] = server.address
            with server.faults.fail("Publish", times=3):
                ...

    Raises:
        BadSettings: the port is taken, or the host is none of this machine's.
    """
    faults, starting = Faults(seed=seed), Future[_Started]()
    thread = threading.Thread(
        target=lambda: asyncio.run(_serve(host, port, faults, starting)),
        name="pubsub-emulator",
        daemon=True,
    )
    thread.start()
    started = starting.result()
    try:
        yield Running(started.address, FaultControl(faults, started.run))
    finally:
        started.run(started.stop.set)
        thread.join()


async def _serve(host: str, port: int, faults: Faults, starting: "Future[_Started]") -> None:
    stop = asyncio.Event()
    try:
        server = Server(faults=faults)
        address = await server.start(host, port)
    except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
        starting.set_exception(error)
        return
    starting.set_result(_Started(address, asyncio.get_running_loop(), stop))
    await stop.wait()
    await server.stop()
